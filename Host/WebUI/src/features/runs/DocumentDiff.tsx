// The changed lines of two documents, with a little of what stands around them.
import { useMemo } from "react";
import { type DiffLine, lineDiff } from "./lineDiff";

const around = 3;
const signs = { same: " ", added: "+", removed: "−" };
const words = { same: "", added: "added: ", removed: "removed: " };

export function DocumentDiff({ left, right }: { left?: string; right?: string }) {
  const lines = useMemo(() => (left === undefined || right === undefined ? undefined : lineDiff(left, right)), [left, right]);
  if (!lines) return <p className="run-quiet">The document of one of the runs was not kept.</p>;
  if (lines.every((line) => line.kind === "same")) return <p className="run-quiet">Both ran the same document.</p>;
  const near = (at: number) => lines.slice(Math.max(0, at - around), at + around + 1).some((line) => line.kind !== "same");
  const shown: (DiffLine | "gap")[] = [];
  lines.forEach((line, at) => {
    if (near(at)) shown.push(line);
    else if (shown[shown.length - 1] !== "gap") shown.push("gap");
  });
  return (
    <div className="run-diff" role="region" tabIndex={0} aria-label="Differences of the documents">
      {shown.map((line, at) => (line === "gap" ? <div key={at} className="run-diff-gap">…</div> : (
        <div key={at} className={`run-diff-line is-${line.kind}`}>
          <span className="run-diff-number" aria-hidden="true">{line.left ?? ""}</span>
          <span className="run-diff-number" aria-hidden="true">{line.right ?? ""}</span>
          <span className="run-diff-sign" aria-hidden="true">{signs[line.kind]}</span>
          <span className="run-spoken">{words[line.kind]}</span>
          <span>{line.text}</span>
        </div>
      )))}
    </div>
  );
}
