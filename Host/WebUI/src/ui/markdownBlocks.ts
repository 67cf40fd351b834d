// Reads a small part of Markdown into blocks and inline parts. Linear in the length of the text, whatever it holds.
import { parseInline, type Inline } from "./markdownInline";

export type { Inline } from "./markdownInline";

export type Block =
  | { kind: "heading"; level: number; parts: Inline[] }
  | { kind: "paragraph"; parts: Inline[] }
  | { kind: "code"; text: string; language: string }
  | { kind: "quote"; blocks: Block[] }
  | { kind: "list"; ordered: boolean; start: number; items: Block[][] }
  | { kind: "table"; head: Inline[][]; rows: Inline[][][]; align: (string | undefined)[] }
  | { kind: "rule" };

const DEEPEST = 8;
const LONGEST = 200_000;

const FENCE = /^ {0,3}(```+|~~~+)\s*([\w+-]*)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const RULE = /^ {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])(\s+|$)/;
const DIVIDER = /^ {0,3}\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

export function parseMarkdown(text: string): Block[] {
  return blocks(text.slice(0, LONGEST).replace(/\r\n?/g, "\n").replace(/\t/g, "    ").split("\n"), 0);
}

function blocks(lines: string[], depth: number): Block[] {
  const out: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    const heading = HEADING.exec(line);
    if (line.trim() === "") at++;
    else if (FENCE.test(line)) at = fenced(lines, at, out);
    else if (heading) {
      out.push({ kind: "heading", level: heading[1].length, parts: parseInline(heading[2]) });
      at++;
    } else if (RULE.test(line)) {
      out.push({ kind: "rule" });
      at++;
    } else if (QUOTE.test(line) && depth < DEEPEST) at = quoted(lines, at, out, depth);
    else if (ITEM.test(line) && depth < DEEPEST) at = listed(lines, at, out, depth);
    else if (line.includes("|") && at + 1 < lines.length && lines[at + 1].includes("-") && DIVIDER.test(lines[at + 1])) {
      at = tabled(lines, at, out);
    } else at = paragraph(lines, at, out);
  }
  return out;
}

function fenced(lines: string[], start: number, out: Block[]): number {
  const [, fence, language] = FENCE.exec(lines[start]) as RegExpExecArray;
  let at = start + 1;
  while (at < lines.length && !lines[at].trim().startsWith(fence)) at++;
  out.push({ kind: "code", text: lines.slice(start + 1, at).join("\n"), language });
  return at + 1;
}

function quoted(lines: string[], start: number, out: Block[], depth: number): number {
  let at = start;
  while (at < lines.length && QUOTE.test(lines[at])) at++;
  out.push({ kind: "quote", blocks: blocks(lines.slice(start, at).map((line) => line.replace(QUOTE, "")), depth + 1) });
  return at;
}

function listed(lines: string[], start: number, out: Block[], depth: number): number {
  const ordered = /\d/.test((ITEM.exec(lines[start]) as RegExpExecArray)[2]);
  const first = parseInt((ITEM.exec(lines[start]) as RegExpExecArray)[2], 10);
  const items: Block[][] = [];
  let at = start;
  while (at < lines.length) {
    const found = ITEM.exec(lines[at]);
    if (!found || /\d/.test(found[2]) !== ordered || RULE.test(lines[at])) break;
    const indent = Math.min(found[0].length, found[1].length + found[2].length + 1);
    const own = [lines[at].slice(found[0].length)];
    at++;
    while (at < lines.length) {
      const line = lines[at];
      const within = line.slice(0, indent).trim() === "" && line.length > indent;
      if (line.trim() === "") {
        const next = lines[at + 1];
        if (next === undefined || next.trim() === "" || next.slice(0, indent).trim() !== "") break;
      } else if (!within && (startsBlock(line) || own[own.length - 1] === "")) break;
      own.push(within ? line.slice(indent) : line.trim());
      at++;
    }
    items.push(blocks(own, depth + 1));
    if (at < lines.length && lines[at].trim() === "" && ITEM.test(lines[at + 1] ?? "")) at++;
  }
  out.push({ kind: "list", ordered, start: Number.isNaN(first) ? 1 : first, items });
  return at;
}

function startsBlock(line: string): boolean {
  return ITEM.test(line) || FENCE.test(line) || HEADING.test(line) || QUOTE.test(line) || RULE.test(line);
}

function cells(line: string): string[] {
  const text = line.trim().replace(/^\|/, "").replace(/(^|[^\\])\|$/, "$1");
  const out: string[] = [];
  let cell = "";
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\" && text[i + 1] === "|") cell += text[++i];
    else if (text[i] === "|") {
      out.push(cell);
      cell = "";
    } else cell += text[i];
  }
  return [...out, cell].map((part) => part.trim());
}

function tabled(lines: string[], start: number, out: Block[]): number {
  const head = cells(lines[start]);
  const align = cells(lines[start + 1]).map((mark) =>
    mark.endsWith(":") ? (mark.startsWith(":") ? "center" : "right") : undefined,
  );
  let at = start + 2;
  const rows: Inline[][][] = [];
  while (at < lines.length && lines[at].includes("|")) {
    const row = cells(lines[at++]);
    rows.push(head.map((_, index) => parseInline(row[index] ?? "")));
  }
  out.push({ kind: "table", head: head.map((cell) => parseInline(cell)), rows, align });
  return at;
}

function paragraph(lines: string[], start: number, out: Block[]): number {
  let at = start + 1;
  while (at < lines.length && lines[at].trim() !== "" && !startsBlock(lines[at])) at++;
  out.push({ kind: "paragraph", parts: parseInline(lines.slice(start, at).map((line) => line.trimStart()).join("\n")) });
  return at;
}
