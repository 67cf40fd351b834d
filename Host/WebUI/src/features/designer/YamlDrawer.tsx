// The document as text beside the canvas: the same document, with problems at their lines.
import { useMemo, useRef } from "react";
import type { Problem } from "../../api";
import type { SyntaxProblem } from "../../document/syntax";

interface Props {
  text: string;
  problems: Problem[];
  syntax: SyntaxProblem[];
  readOnly: boolean;
  onChange: (text: string) => void;
}

export function YamlDrawer({ text, problems, syntax, readOnly, onChange }: Props) {
  const marks = useRef<HTMLPreElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const lines = text.split("\n");
  const bad = useMemo(() => {
    const found = new Map<number, string>();
    for (const problem of syntax) found.set(problem.line, problem.message);
    for (const problem of problems) if (problem.at?.line) found.set(problem.at.line, problem.detail);
    return found;
  }, [problems, syntax]);
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
          if (event.key !== "Tab" || event.shiftKey || readOnly) return;
          // Escape, then Tab leaves the field.
          event.preventDefault();
          const { selectionStart: start, selectionEnd: end } = event.currentTarget;
          onChange(text.slice(0, start) + "  " + text.slice(end));
          window.requestAnimationFrame(() => field.current?.setSelectionRange(start + 2, start + 2));
        }} />
      {bad.size > 0 && (
        <p className="dz-yaml-note" role="status">{[...bad.entries()].slice(0, 3).map(([line, message]) => `Line ${line}: ${message}`).join(" · ")}</p>
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
