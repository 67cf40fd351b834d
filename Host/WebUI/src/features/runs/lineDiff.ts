// What changed between two texts, line by line (longest common subsequence).

export interface DiffLine {
  kind: "same" | "added" | "removed";
  text: string;
  left?: number;
  right?: number;
}

/** Longer middles are shown as replaced whole: the table of the search would be too large. */
const longestMiddle = 3000;

export function lineDiff(left: string, right: string): DiffLine[] {
  const a = left.split("\n");
  const b = right.split("\n");
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const lines: DiffLine[] = [];
  for (let at = 0; at < start; at += 1) lines.push({ kind: "same", text: a[at], left: at + 1, right: at + 1 });
  lines.push(...middle(a.slice(start, a.length - end), b.slice(start, b.length - end), start));
  for (let at = end; at > 0; at -= 1) {
    lines.push({ kind: "same", text: a[a.length - at], left: a.length - at + 1, right: b.length - at + 1 });
  }
  return lines;
}

function middle(a: string[], b: string[], offset: number): DiffLine[] {
  const removed = (at: number): DiffLine => ({ kind: "removed", text: a[at], left: offset + at + 1 });
  const added = (at: number): DiffLine => ({ kind: "added", text: b[at], right: offset + at + 1 });
  if (a.length > longestMiddle || b.length > longestMiddle) {
    return [...a.map((_, at) => removed(at)), ...b.map((_, at) => added(at))];
  }
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      common[i * width + j] = a[i] === b[j]
        ? common[(i + 1) * width + j + 1] + 1
        : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: "same", text: a[i], left: offset + i + 1, right: offset + j + 1 });
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && common[(i + 1) * width + j] >= common[i * width + j + 1])) {
      lines.push(removed(i));
      i += 1;
    } else {
      lines.push(added(j));
      j += 1;
    }
  }
  return lines;
}
