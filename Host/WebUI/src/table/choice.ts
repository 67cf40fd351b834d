// Two rows of a table, chosen to be compared.

/** With this one chosen, or no longer; a third takes the place of the oldest choice. */
export function withTwo(chosen: Set<string>, key: string): Set<string> {
  const next = new Set(chosen);
  if (!next.delete(key)) next.add(key);
  return new Set([...next].slice(-2));
}

/** Both, where they are two numbers: the smaller one first. */
export function pairOf(chosen: Set<string>): [number, number] | undefined {
  const [from, to] = [...chosen].map(Number).sort((a, b) => a - b);
  return to === undefined ? undefined : [from, to];
}
