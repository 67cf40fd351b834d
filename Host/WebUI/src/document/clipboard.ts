// Copied nodes are YAML text: they can be pasted into another pipeline, a chat or a file.
import { isMap, parse, stringify } from "yaml";
import { freeName, type Path, setAll } from "./edits";
import { readReference, writeReference } from "./inputs";
import { keyOf, pairsOf, readText } from "./syntax";

/** The chosen nodes as `nodes:` with what they hold. */
export function copied(text: string, names: string[]): string {
  const { doc } = readText(text);
  const nodes: Record<string, unknown> = {};
  for (const pair of pairsOf(doc.get("nodes", true))) {
    if (names.includes(keyOf(pair)) && isMap(pair.value)) nodes[keyOf(pair)] = pair.value.toJSON();
  }
  return stringify({ nodes }, { lineWidth: 0 });
}

export interface Pasted {
  text: string;
  /** New names of the pasted nodes, by the names they were copied under. */
  names: Record<string, string>;
}

/** Adds copied nodes under free names. Edges among them go along; edges from others stay where those exist here. */
export function pasted(text: string, clip: string): Pasted | null {
  let nodes: Record<string, Record<string, unknown>>;
  try {
    const value = parse(clip) as { nodes?: unknown } | null;
    if (!value || typeof value !== "object" || !value.nodes || typeof value.nodes !== "object") return null;
    nodes = value.nodes as Record<string, Record<string, unknown>>;
  } catch {
    return null;
  }
  const entries = Object.entries(nodes).filter(([, node]) => node && typeof node === "object" && typeof node.use === "string");
  if (entries.length === 0) return null;
  const here = pairsOf(readText(text).doc.get("nodes", true)).map(keyOf);
  const taken = new Set(here);
  const names: Record<string, string> = {};
  for (const [name] of entries) {
    names[name] = freeName(name, taken);
    taken.add(names[name]);
  }
  const known = new Set(here);
  const changes = entries.map(([name, node]) => {
    const value: Record<string, unknown> = { ...node };
    const inputs = renamedInputs(node.in, names, known);
    if (inputs === undefined) delete value.in;
    else value.in = inputs;
    return { path: ["nodes", names[name]] as Path, value };
  });
  return { text: setAll(text, changes), names };
}

function renamedInputs(value: unknown, names: Record<string, string>, known: Set<string>): unknown {
  const renamed = (item: unknown): string | undefined => {
    if (typeof item !== "string") return undefined;
    const { from, port } = readReference(item);
    if (names[from]) return writeReference(names[from], port);
    return known.has(from) ? item : undefined;
  };
  if (Array.isArray(value)) {
    const items = value.map(renamed).filter((item) => item !== undefined);
    return items.length > 0 ? items : undefined;
  }
  if (value !== null && typeof value === "object") {
    const items = Object.entries(value).map(([key, item]) => [key, renamed(item)] as const).filter(([, item]) => item !== undefined);
    return items.length > 0 ? Object.fromEntries(items) : undefined;
  }
  return renamed(value);
}
