// The admin's manifest as text that forms edit: comments and order stay, only the changed keys move.
import { type Document, LineCounter, parseDocument } from "yaml";

export interface ReadManifest {
  doc: Document.Parsed;
  problems: { line: number; message: string }[];
}

export function readManifest(text: string): ReadManifest {
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true }) as Document.Parsed;
  const problems = doc.errors.map((error) => ({ line: lines.linePos(error.pos[0]).line, message: error.message }));
  return { doc, problems };
}

export function valueAt(doc: Document.Parsed, path: string[]): unknown {
  const found = doc.toJS({ maxAliasCount: 100 }) as unknown;
  return path.reduce<unknown>((value, key) =>
    typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined, found);
}

/** Undefined removes the key, and mappings above it that are then empty. */
export function withValue(text: string, path: string[], value: unknown): string {
  const { doc, problems } = readManifest(text);
  if (problems.length > 0) return text;
  if (value !== undefined) doc.setIn(path, doc.createNode(value));
  else {
    doc.deleteIn(path);
    for (let length = path.length - 1; length > 1; length -= 1) {
      const above = path.slice(0, length);
      const rest = valueAt(doc, above);
      if (typeof rest !== "object" || rest === null || Object.keys(rest).length > 0) break;
      doc.deleteIn(above);
    }
  }
  return doc.toString({ lineWidth: 0 });
}
