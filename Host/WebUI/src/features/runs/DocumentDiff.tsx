// The changed lines of the documents of two runs.
import { TextDiff } from "../../document/TextDiff";

export function DocumentDiff({ left, right }: { left?: string; right?: string }) {
  if (left === undefined || right === undefined) return <p className="run-quiet">The document of one of the runs was not kept.</p>;
  if (left === right) return <p className="run-quiet">Both ran the same document.</p>;
  return <TextDiff before={left} after={right} label="Differences of the documents" />;
}
