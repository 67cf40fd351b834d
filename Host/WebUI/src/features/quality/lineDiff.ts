// Two texts line by line: what stayed, what went, what came.

export interface DiffLine {
  kind: "same" | "removed" | "added";
  text: string;
  /** Line numbers, from 1. */
  before?: number;
  after?: number;
}

export interface Hunk {
  lines: DiffLine[];
  /** Unchanged lines left out before it. */
  skipped: number;
}

/** Longest common subsequence between the common head and tail; documents have some hundred lines. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [a, b] = [before.split("\n"), after.split("\n")];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const middle = between(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  const lines: DiffLine[] = [
    ...a.slice(0, head).map((text): DiffLine => ({ kind: "same", text })),
    ...middle,
    ...a.slice(a.length - tail).map((text): DiffLine => ({ kind: "same", text })),
  ];
  let [left, right] = [0, 0];
  for (const line of lines) {
    if (line.kind !== "added") line.before = left += 1;
    if (line.kind !== "removed") line.after = right += 1;
  }
  return lines;
}

function between(a: string[], b: string[]): DiffLine[] {
  const columns = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * columns);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      longest[i * columns + j] = a[i] === b[j]
        ? longest[(i + 1) * columns + j + 1] + 1
        : Math.max(longest[(i + 1) * columns + j], longest[i * columns + j + 1]);
    }
  }
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: "same", text: a[i] });
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && longest[(i + 1) * columns + j] >= longest[i * columns + j + 1])) {
      lines.push({ kind: "removed", text: a[i] });
      i += 1;
    } else {
      lines.push({ kind: "added", text: b[j] });
      j += 1;
    }
  }
  return lines;
}

/** The changes with some lines around them. */
export function hunks(lines: DiffLine[], around = 3): Hunk[] {
  const kept = lines.map((_, at) =>
    lines.slice(Math.max(0, at - around), at + around + 1).some((line) => line.kind !== "same")
  );
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
