// Which entries fit what was typed, the best first: a beginning before a word's beginning before letters in order.
export function score(title: string, text: string): number {
  const [hay, needle] = [title.toLowerCase(), text.toLowerCase()];
  if (!needle) return 1;
  if (hay.startsWith(needle)) return 100 - hay.length / 100;
  const words = hay.split(/[^\p{L}\p{N}]+/u);
  if (words.some((word) => word.startsWith(needle))) return 80 - hay.length / 100;
  if (hay.includes(needle)) return 60 - hay.length / 100;
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

export function rank<T>(entries: T[], text: string, title: (entry: T) => string): T[] {
  if (!text) return entries;
  return entries
    .map((entry, index) => ({ entry, index, value: score(title(entry), text) }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value || a.index - b.index)
    .map(({ entry }) => entry);
}
