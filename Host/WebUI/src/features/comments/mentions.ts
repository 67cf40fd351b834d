// What is being typed after an @, and what the text becomes when a name is taken.
export interface Name {
  name: string;
  title?: string;
}

export interface Mention {
  /** Where the @ is. */
  from: number;
  text: string;
}

export function mentionAt(text: string, caret: number): Mention | null {
  const before = text.slice(0, caret);
  const found = /(^|[^\w@])@([\w.-]{0,64})$/.exec(before);
  return found ? { from: caret - found[2].length - 1, text: found[2] } : null;
}

/** Names written after an @ that are nobody's: the host told nobody. Code and addresses of mail mention no one. */
export function untold(text: string, told: string[]): string[] {
  const words = text.replace(/```[\s\S]*?```|`[^`]*`/g, " ");
  const written = Array.from(words.matchAll(/(^|[^\w@.-])@([A-Za-z0-9][\w.-]*)/g), (found) => found[2].replace(/[.-]+$/, ""));
  return Array.from(new Set(written)).filter((name) => !told.includes(name));
}

export function take(text: string, mention: Mention, name: string): { text: string; caret: number } {
  const end = mention.from + 1 + mention.text.length;
  const inserted = "@" + name + " ";
  const rest = text.slice(end).replace(/^ /, "");
  return { text: text.slice(0, mention.from) + inserted + rest, caret: mention.from + inserted.length };
}

export function fitting(names: Name[], text: string): Name[] {
  const wanted = text.toLowerCase();
  return names
    .filter(({ name, title }) => name.toLowerCase().startsWith(wanted) || title?.toLowerCase().includes(wanted))
    .slice(0, 6);
}
