// A plain text editor with line numbers; lines with problems are marked and listed.
import { useId, useRef } from "react";
import { Icon } from "../../ui";

interface Props {
  text: string;
  problems: { line: number; message: string }[];
  onChange: (text: string) => void;
}

export function ManifestLines({ text, problems, onChange }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const numbers = useRef<HTMLDivElement>(null);
  const list = useId();
  const count = text.split("\n").length;
  const marked = new Set(problems.map(({ line }) => line));
  const goTo = (line: number) => {
    const start = text.split("\n").slice(0, line - 1).reduce((sum, part) => sum + part.length + 1, 0);
    const end = text.indexOf("\n", start);
    area.current?.focus();
    area.current?.setSelectionRange(start, end < 0 ? text.length : end);
  };
  return (
    <>
      <div className="plugin-lines">
        <div ref={numbers} className="plugin-lines-numbers" aria-hidden="true">
          {Array.from({ length: count }, (_, at) => (
            <div key={at} className={marked.has(at + 1) ? "is-marked" : undefined}>{at + 1}</div>
          ))}
        </div>
        <textarea
          ref={area}
          aria-label="Manifest as YAML"
          aria-invalid={problems.length > 0 || undefined}
          aria-describedby={problems.length > 0 ? list : undefined}
          spellCheck={false}
          wrap="off"
          rows={Math.min(40, Math.max(14, count + 1))}
          value={text}
          onChange={(event) => onChange(event.target.value)}
          onScroll={(event) => {
            if (numbers.current) numbers.current.scrollTop = event.currentTarget.scrollTop;
          }}
        />
      </div>
      {problems.length > 0 && (
        <ul className="plugin-problems" id={list}>
          {problems.map(({ line, message }, at) => (
            <li key={at}>
              <button type="button" onClick={() => goTo(line)}><Icon name="error" size={14} /> Line {line}: {message}</button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
