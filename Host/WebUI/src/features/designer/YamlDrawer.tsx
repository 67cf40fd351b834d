// The document as text beside the canvas: the same document, with problems at their lines.
import { useEffect, useMemo, useRef } from "react";
import type { Problem } from "../../api";
import type { SyntaxProblem } from "../../document/syntax";

/** The height of a line in the style sheet. */
const LINE = 18;

interface Props {
  text: string;
  problems: Problem[];
  syntax: SyntaxProblem[];
  readOnly: boolean;
  /** The line to go to; a new object goes there again. */
  goTo?: { line: number } | null;
  onChange: (text: string) => void;
}

export function YamlDrawer({ text, problems, syntax, readOnly, goTo, onChange }: Props) {
  const marks = useRef<HTMLPreElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const escaped = useRef(false);
  const lines = text.split("\n");
  const bad = useMemo(() => {
    const found = new Map<number, string>();
    for (const problem of syntax) found.set(problem.line, problem.message);
    for (const problem of problems) if (problem.at?.line) found.set(problem.at.line, problem.detail);
    return found;
  }, [problems, syntax]);
  const toLine = (line: number) => {
    const area = field.current;
    if (!area) return;
    const start = lines.slice(0, line - 1).reduce((sum, item) => sum + item.length + 1, 0);
    area.focus();
    area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
    area.scrollTop = Math.max(0, (line - 4) * LINE);
  };
  useEffect(() => { if (goTo) toLine(goTo.line); }, [goTo]);
  return (
    <section className="dz-yaml" aria-label="YAML">
      <pre ref={marks} className="dz-yaml-back" aria-hidden="true">
        {lines.map((line, index) => (
          <span key={index} className={bad.has(index + 1) ? "dz-line is-bad" : "dz-line"} title={bad.get(index + 1)}>
            <span className="dz-number">{index + 1}</span>
            <Coloured line={line} />
            {"\n"}
          </span>
        ))}
      </pre>
      <textarea ref={field} className="dz-yaml-text" aria-label="The document as YAML" value={text} readOnly={readOnly} spellCheck={false}
        aria-invalid={bad.size > 0} onChange={(event) => onChange(event.target.value)}
        onScroll={(event) => {
          if (!marks.current) return;
          marks.current.scrollTop = event.currentTarget.scrollTop;
          marks.current.scrollLeft = event.currentTarget.scrollLeft;
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            // Escape, then Tab leaves the field.
            event.preventDefault();
            escaped.current = true;
            return;
          }
          const leaves = escaped.current;
          escaped.current = false;
          if (leaves || event.key !== "Tab" || event.shiftKey || readOnly) return;
          event.preventDefault();
          const { selectionStart: start, selectionEnd: end } = event.currentTarget;
          onChange(text.slice(0, start) + "  " + text.slice(end));
          window.requestAnimationFrame(() => field.current?.setSelectionRange(start + 2, start + 2));
        }} />
      {bad.size > 0 && (
        <p className="dz-yaml-note" role="status">{[...bad.entries()].slice(0, 3).map(([line, message]) => (
          <button key={line} type="button" onClick={() => toLine(line)}>Line {line}: {message}</button>
        ))}</p>
      )}
    </section>
  );
}

/** Keys, texts, figures and comments in a colour of their own. */
function Coloured({ line }: { line: string }) {
  const comment = /(^|\s)#.*$/.exec(line);
  const body = comment ? line.slice(0, comment.index + comment[1].length) : line;
  const parts = body.split(/("(?:[^"\\]|\\.)*"|'[^']*'|\$\{[^}]*\}|[A-Za-z_][\w-]*(?=\s*:)|\b\d+(?:\.\d+)?\b)/);
  return (
    <>
      {parts.map((part, index) => {
        if (index % 2 === 0) return part;
        const kind = /^["']/.test(part) ? "text" : part.startsWith("${") ? "reference" : /^\d/.test(part) ? "figure" : "key";
        return <span key={index} className={`dz-y-${kind}`}>{part}</span>;
      })}
      {comment && <span className="dz-y-comment">{line.slice(body.length)}</span>}
    </>
  );
}
