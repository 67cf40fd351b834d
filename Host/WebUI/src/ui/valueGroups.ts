// A configuration or a document as names and values: what is nested becomes a group under the path that leads to it.

export interface NamedValue {
  name: string;
  text: string;
  /** Nothing stands there; `text` says so. */
  isEmpty?: boolean;
}

export interface ValueGroup {
  path: string[];
  entries: NamedValue[];
}

/** The outermost first; each group has at least one entry. */
export function valueGroups(value: object, path: string[] = []): ValueGroup[] {
  const own: ValueGroup = { path, entries: [] };
  const nested: ValueGroup[] = [];
  for (const [key, part] of Object.entries(value)) {
    if (part === undefined) continue;
    // People count from 1.
    const name = Array.isArray(value) ? String(Number(key) + 1) : key;
    const text = lineOf(part);
    if (text !== undefined) own.entries.push({ name, text });
    else if (isFull(part)) nested.push(...valueGroups(part, [...path, name]));
    else own.entries.push({ name, text: part === "" ? "empty text" : "none", isEmpty: true });
  }
  return own.entries.length > 0 ? [own, ...nested] : nested;
}

/** What reads in a line: a text, a figure, or a list of them. */
function lineOf(value: unknown): string | undefined {
  if (typeof value === "string") return value.replace(/\n+$/, "") || undefined;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const parts = value.map((part) => Array.isArray(part) ? undefined : lineOf(part));
  return parts.includes(undefined) ? undefined : parts.join(", ");
}

function isFull(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}
