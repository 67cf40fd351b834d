// The changed parts of a difference, each with some lines around it.
import type { DiffLine } from "./lineDiff";

export interface Hunk {
  lines: DiffLine[];
  /** Unchanged lines left out before it. */
  skipped: number;
}

export function hunks(lines: DiffLine[], around = 3): Hunk[] {
  const kept = new Uint8Array(lines.length);
  lines.forEach((line, at) => {
    if (line.kind !== "same") kept.fill(1, Math.max(0, at - around), at + around + 1);
  });
  const found: Hunk[] = [];
  let skipped = 0;
  lines.forEach((line, at) => {
    if (!kept[at]) {
      skipped += 1;
      return;
    }
    if (at === 0 || !kept[at - 1]) {
      found.push({ lines: [], skipped });
      skipped = 0;
    }
    found[found.length - 1].lines.push(line);
  });
  return found;
}
