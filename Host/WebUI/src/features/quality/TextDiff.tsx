// The difference of two texts, as a reviewer reads it.
import { useMemo } from "react";
import { hunks, lineDiff } from "./lineDiff";
import "./quality.css";

const marks = { same: " ", removed: "−", added: "+" };
const words = { same: "", removed: "removed: ", added: "added: " };

export function TextDiff({ before, after, label }: { before: string; after: string; label: string }) {
  const parts = useMemo(() => hunks(lineDiff(before, after)), [before, after]);
  if (parts.length === 0) return <p className="quality-quiet">Nothing differs.</p>;
  return (
    <div className="quality-diff" role="region" aria-label={label} tabIndex={0}>
      {parts.map((hunk, at) => (
        <div key={at}>
          {hunk.skipped > 0 && <div className="quality-diff-skipped">{hunk.skipped} unchanged lines</div>}
          {hunk.lines.map((line) => (
            <div key={`${line.before ?? ""}:${line.after ?? ""}`} className={`quality-diff-line is-${line.kind}`}>
              <span className="quality-diff-number" aria-hidden="true">{line.after ?? line.before}</span>
              <span className="quality-diff-mark" aria-hidden="true">{marks[line.kind]}</span>
              <span className="quality-diff-text">
                <span className="visually-hidden">{words[line.kind]}</span>
                {line.text || " "}
              </span>
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
