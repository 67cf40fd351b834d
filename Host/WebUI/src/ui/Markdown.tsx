// Text with a little markup, as elements: headings, lists, code, links, tables, emphasis. Nothing in it becomes HTML.
import { createElement, Fragment, memo, type ReactNode } from "react";
import { parseMarkdown, type Block, type Inline } from "./markdownBlocks";
import { Link } from "../app/router";
import "./markdown.css";

function inline(parts: Inline[]): ReactNode {
  return parts.map((part, index) => {
    switch (part.kind) {
      case "text":
        return <Fragment key={index}>{part.text}</Fragment>;
      case "code":
        return <code key={index}>{part.text}</code>;
      case "strong":
        return <strong key={index}>{inline(part.parts)}</strong>;
      case "em":
        return <em key={index}>{inline(part.parts)}</em>;
      case "break":
        return <br key={index} />;
      case "link":
        return part.to.startsWith("/") ? (
          <Link key={index} to={part.to}>
            {inline(part.parts)}
          </Link>
        ) : (
          <a key={index} href={part.to} target="_blank" rel="noreferrer noopener">
            {inline(part.parts)}
          </a>
        );
    }
  });
}

/** Headings begin below the page's own: `#` becomes h3. */
const LOWERED = 2;

function block(part: Block, key: number): ReactNode {
  switch (part.kind) {
    case "heading":
      return createElement("h" + Math.min(6, part.level + LOWERED), { key }, inline(part.parts));
    case "paragraph":
      return <p key={key}>{inline(part.parts)}</p>;
    case "code":
      return (
        <pre key={key} tabIndex={0}>
          <code>{part.text}</code>
        </pre>
      );
    case "quote":
      return <blockquote key={key}>{part.blocks.map(block)}</blockquote>;
    case "rule":
      return <hr key={key} />;
    case "list":
      return createElement(
        part.ordered ? "ol" : "ul",
        { key, start: part.ordered && part.start !== 1 ? part.start : undefined },
        part.items.map((item, index) => <li key={index}>{listItem(item)}</li>),
      );
    case "table":
      return (
        <div className="ui-markdown-table" key={key} tabIndex={0} role="group" aria-label="Table">
          <table>
            <thead>
              <tr>
                {part.head.map((cell, index) => (
                  <th key={index} scope="col" data-align={part.align[index]}>
                    {inline(cell)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {part.rows.map((row, index) => (
                <tr key={index}>
                  {row.map((cell, at) => (
                    <td key={at} data-align={part.align[at]}>
                      {inline(cell)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
  }
}

/** A list item of one paragraph needs no paragraph. */
function listItem(blocks: Block[]): ReactNode {
  const [first, ...rest] = blocks;
  if (first?.kind !== "paragraph") return blocks.map(block);
  return (
    <>
      {inline(first.parts)}
      {rest.map(block)}
    </>
  );
}

export const Markdown = memo(function Markdown({ text, className }: { text: string; className?: string }) {
  return <div className={"ui-markdown" + (className ? " " + className : "")}>{parseMarkdown(text).map(block)}</div>;
});
