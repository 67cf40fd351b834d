// What a pipeline's text says: nodes, edges, parameters, and where each stands.
import { isMap, isScalar, type Node, type Pair } from "yaml";
import { readInputs, type Input } from "./inputs";
import { keyOf, pairsOf, type Place, readText, type ReadText, type SyntaxProblem } from "./syntax";

export interface PipelineNode {
  name: string;
  use: string;
  plugin: string;
  component: string;
  version?: string;
  inputs: Input[];
  config: Record<string, unknown>;
  gate?: { on?: string; action?: string };
  materialize?: boolean;
  retry?: unknown;
  line: number;
  lastLine: number;
}

export interface Edge {
  /** Unique in the document: `to` and the place of the entry in its `in`. */
  id: string;
  from: string;
  /** Output of `from`; the first one where it's not written. */
  port?: string;
  to: string;
  input: Input;
}

export interface PipelineModel {
  name: string;
  title: string;
  description: string;
  labels: Record<string, string>;
  parameters: Record<string, Record<string, unknown>>;
  nodes: PipelineNode[];
  edges: Edge[];
  schedule?: Record<string, unknown>;
  retry?: Record<string, unknown>;
  limits?: Record<string, unknown>;
  requires: Record<string, string>;
  /** The whole document as plain values. */
  whole: Record<string, unknown>;
}

export interface ReadPipeline {
  model: PipelineModel | null;
  problems: SyntaxProblem[];
  text: ReadText;
}

const asRecord = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
const asText = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

/** The model, or null and the problems where the text is no YAML mapping. */
export function readPipeline(text: string): ReadPipeline {
  const read = readText(text);
  if (read.problems.length > 0) return { model: null, problems: read.problems, text: read };
  if (read.doc.contents === null) return { model: emptyModel(), problems: [], text: read };
  if (!isMap(read.doc.contents)) {
    const message = "A pipeline is a mapping of keys such as metadata and nodes.";
    return { model: null, problems: [{ message, line: 1, column: 1 }], text: read };
  }
  let whole: Record<string, unknown>;
  try {
    whole = asRecord(read.doc.toJS({ maxAliasCount: 1000 }));
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { model: null, problems: [{ message, line: 1, column: 1 }], text: read };
  }
  return { model: modelOf(whole, read), problems: [], text: read };
}

function emptyModel(): PipelineModel {
  return { name: "", title: "", description: "", labels: {}, parameters: {}, nodes: [], edges: [], requires: {}, whole: {} };
}

function modelOf(whole: Record<string, unknown>, read: ReadText): PipelineModel {
  const metadata = asRecord(whole.metadata);
  const nodes = nodesOf(asRecord(whole.nodes), read);
  const labels: Record<string, string> = {};
  for (const [key, value] of Object.entries(asRecord(metadata.labels))) labels[key] = asText(value);
  const parameters: Record<string, Record<string, unknown>> = {};
  for (const [key, value] of Object.entries(asRecord(whole.parameters))) parameters[key] = asRecord(value);
  const requires: Record<string, string> = {};
  for (const [key, value] of Object.entries(asRecord(asRecord(whole.requires).plugins))) requires[key] = asText(value);
  const known = new Set(nodes.map((node) => node.name));
  return {
    name: asText(metadata.name),
    title: asText(metadata.title),
    description: asText(metadata.description),
    labels,
    parameters,
    nodes,
    edges: nodes.flatMap((node) =>
      node.inputs
        .filter((input) => known.has(input.from))
        .map((input) => ({ id: node.name + "<" + input.place, from: input.from, port: input.port, to: node.name, input })),
    ),
    schedule: whole.schedule === undefined ? undefined : asRecord(whole.schedule),
    retry: whole.retry === undefined ? undefined : asRecord(whole.retry),
    limits: whole.limits === undefined ? undefined : asRecord(whole.limits),
    requires,
    whole,
  };
}

function nodesOf(values: Record<string, unknown>, read: ReadText): PipelineNode[] {
  const pairs = new Map(pairsOf(read.doc.get("nodes", true)).map((pair) => [keyOf(pair), pair]));
  return Object.entries(values).map(([name, value]) => {
    const node = asRecord(value);
    const use = asText(node.use);
    const [component, version] = use.split("@", 2);
    const slash = component.indexOf("/");
    const pair = pairs.get(name);
    return {
      name,
      use,
      plugin: slash < 0 ? component : component.slice(0, slash),
      component: slash < 0 ? "" : component.slice(slash + 1),
      version,
      inputs: readInputs(node.in),
      config: asRecord(node.with),
      gate: node.gate === undefined ? undefined : (asRecord(node.gate) as PipelineNode["gate"]),
      materialize: typeof node.materialize === "boolean" ? node.materialize : undefined,
      retry: node.retry,
      ...linesOf(pair, read),
    };
  });
}

function linesOf(pair: Pair | undefined, read: ReadText): { line: number; lastLine: number } {
  const start = pair && isScalar(pair.key) ? pair.key.range?.[0] : undefined;
  const end = (pair?.value as Node | null | undefined)?.range?.[1];
  const line = start === undefined ? 1 : read.lines.linePos(start).line;
  return { line, lastLine: end === undefined ? line : Math.max(line, read.lines.linePos(Math.max(end - 1, 0)).line) };
}

/** Where a JSON pointer of the host stands in the text; the nearest part that exists, where it doesn't. */
export function placeOf(read: ReadText, pointer: string): Place | null {
  const keys = pointer.split("/").slice(1).map((key) => key.replace(/~1/g, "/").replace(/~0/g, "~"));
  let found: number | undefined;
  let value: unknown = read.doc.contents;
  for (const key of keys) {
    if (isMap(value)) {
      const pair = pairsOf(value).find((pair) => keyOf(pair) === key);
      if (!pair) break;
      found = isScalar(pair.key) ? pair.key.range?.[0] : found;
      value = pair.value;
    } else {
      const item = (value as { items?: unknown[] } | null)?.items?.[Number(key)] as Node | undefined;
      if (!item) break;
      found = item.range?.[0] ?? found;
      value = item;
    }
  }
  if (found === undefined) return null;
  const { line, col } = read.lines.linePos(found);
  return { line, column: col };
}
