// Which entries fit what was typed, the best first: a beginning before words' beginnings before letters in order.

/** Below it only the letters fit, in order and with gaps: a guess. */
const clear = 60;

export function score(title: string, text: string): number {
  const [hay, needle] = [title.toLowerCase(), text.toLowerCase()];
  if (!needle) return 1;
  if (hay.startsWith(needle)) return 100 - hay.length / 100;
  const words = hay.split(/[^\p{L}\p{N}]+/u);
  if (words.some((word) => word.startsWith(needle))) return 80 - hay.length / 100;
  if (beginInOrder(words, needle.split(/[^\p{L}\p{N}]+/u).filter(Boolean))) return 70 - hay.length / 100;
  if (hay.includes(needle)) return clear + 1 - hay.length / 1000;
  let from = 0;
  let gaps = 0;
  for (const letter of needle.replace(/\s+/g, "")) {
    const at = hay.indexOf(letter, from);
    if (at < 0) return 0;
    gaps += at - from;
    from = at + 1;
  }
  return Math.max(1, 40 - gaps);
}

/** "theme dark" begins the words of "Theme: dark". */
function beginInOrder(words: string[], wanted: string[]): boolean {
  let from = 0;
  return wanted.length > 0 && wanted.every((part) => {
    const at = words.findIndex((word, index) => index >= from && word.startsWith(part));
    from = at + 1;
    return at >= 0;
  });
}

/** Not only by loose letters. */
export function isClear(title: string, text: string): boolean {
  return !text || score(title, text) >= clear;
}

export function rank<T>(entries: T[], text: string, title: (entry: T) => string): T[] {
  if (!text) return entries;
  return entries
    .map((entry, index) => ({ entry, index, value: score(title(entry), text) }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value || a.index - b.index)
    .map(({ entry }) => entry);
}
