// The difference of two texts by lines: the longest common subsequence, with what is alike at both ends set aside first.

export interface DiffLine {
  kind: "same" | "added" | "removed";
  text: string;
  /** Line in the old and in the new text, from 1. */
  old?: number;
  new?: number;
}

/** Beyond this many cells the middle is shown as replaced: a table of it would cost too much memory. */
const CELLS = 4_000_000;

export function lineDiff(before: string, after: string): DiffLine[] {
  const a = before.split("\n");
  const b = after.split("\n");
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const result: DiffLine[] = [];
  for (let at = 0; at < start; at += 1) result.push({ kind: "same", text: a[at], old: at + 1, new: at + 1 });
  middle(a, b, start, a.length - end, b.length - end, result);
  for (let at = end; at > 0; at -= 1) {
    result.push({ kind: "same", text: a[a.length - at], old: a.length - at + 1, new: b.length - at + 1 });
  }
  return result;
}

function middle(a: string[], b: string[], start: number, aEnd: number, bEnd: number, result: DiffLine[]) {
  const height = aEnd - start;
  const width = bEnd - start;
  const removed = (at: number) => result.push({ kind: "removed", text: a[at], old: at + 1 });
  const added = (at: number) => result.push({ kind: "added", text: b[at], new: at + 1 });
  if (height * width > CELLS) {
    for (let at = start; at < aEnd; at += 1) removed(at);
    for (let at = start; at < bEnd; at += 1) added(at);
    return;
  }
  const row = width + 1;
  const longest = new Uint32Array((height + 1) * row);
  for (let i = height - 1; i >= 0; i -= 1) {
    for (let j = width - 1; j >= 0; j -= 1) {
      longest[i * row + j] =
        a[start + i] === b[start + j]
          ? longest[(i + 1) * row + j + 1] + 1
          : Math.max(longest[(i + 1) * row + j], longest[i * row + j + 1]);
    }
  }
  let i = 0;
  let j = 0;
  while (i < height || j < width) {
    if (i < height && j < width && a[start + i] === b[start + j]) {
      result.push({ kind: "same", text: a[start + i], old: start + i + 1, new: start + j + 1 });
      i += 1;
      j += 1;
    } else if (i < height && (j === width || longest[(i + 1) * row + j] >= longest[i * row + j + 1])) {
      removed(start + i);
      i += 1;
    } else {
      added(start + j);
      j += 1;
    }
  }
}
