// The difference of two texts, as a reviewer reads it.
import { useMemo } from "react";
import { plural } from "../ui/format";
import { hunks } from "./hunks";
import { lineDiff } from "./lineDiff";
import "./diff.css";

const marks = { same: " ", removed: "−", added: "+" };
const words = { same: "", removed: "removed: ", added: "added: " };

export function TextDiff({ before, after, label = "Differences" }: { before: string; after: string; label?: string }) {
  const parts = useMemo(() => hunks(lineDiff(before, after)), [before, after]);
  if (parts.length === 0) return <p className="diff-none">Nothing differs.</p>;
  return (
    <div className="diff" role="region" aria-label={label} tabIndex={0}>
      {parts.map((hunk, at) => (
        <div key={at}>
          {hunk.skipped > 0 && <div className="diff-skipped">{plural(hunk.skipped, "unchanged line")}</div>}
          {hunk.lines.map((line) => (
            <div key={`${line.old ?? ""}:${line.new ?? ""}`} className={`diff-line is-${line.kind}`}>
              <span className="diff-number" aria-hidden="true">{line.old}</span>
              <span className="diff-number" aria-hidden="true">{line.new}</span>
              <span className="diff-mark" aria-hidden="true">{marks[line.kind]}</span>
              <span className="diff-text"><span className="visually-hidden">{words[line.kind]}</span>{line.text || " "}</span>
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
