// Two of a list, chosen to be compared.

/** With this one chosen, or no longer; a third takes the place of the oldest choice. */
export function withChoice(chosen: Set<string>, key: string): string[] {
  return chosen.has(key) ? [...chosen].filter((other) => other !== key) : [...chosen, key].slice(-2);
}

/** The older one first. */
export function pairOf(chosen: Set<string>): [number, number] | undefined {
  const [from, to] = [...chosen].map(Number).sort((a, b) => a - b);
  return to === undefined ? undefined : [from, to];
}
