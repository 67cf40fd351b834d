// Every change of a pipeline as a change of its text; comments, order of keys and untouched lines stay.
import { isCollection, isMap, isNode, isPair, isScalar, isSeq, Scalar, stringify, YAMLMap } from "yaml";
import { assignInputs, type PortShape, readInputs, readReference, writeReference } from "./inputs";
import { spliced } from "./splice";
import { keyOf, pairsOf, type PipelineYAML } from "./syntax";

export type Path = (string | number)[];

export const EMPTY_PIPELINE = `apiVersion: opentrusteval/v1
kind: Pipeline
metadata:
  name: new-pipeline
nodes: {}
`;

/** Sets the value at a path, or removes it where the value is undefined. Empty parents that were made by it go too. */
export function setAt(text: string, path: Path, value: unknown): string {
  return spliced(text, (doc) => setIn(doc, path, value));
}

/** Several values in one step. */
export function setAll(text: string, changes: { path: Path; value: unknown }[]): string {
  return spliced(text, (doc) => changes.forEach(({ path, value }) => setIn(doc, path, value)));
}

function setIn(doc: PipelineYAML, path: Path, value: unknown): void {
  if (value === undefined) {
    removeIn(doc, path);
    return;
  }
  if (path.length === 0) return;
  const old = doc.getIn(path, true);
  if (isNode(old) && same(old.toJSON(), value)) return;
  if (mergeInto(doc, path, old, value)) return;
  growTo(doc, path);
  const node = made(doc, value);
  if (isScalar(old) && isScalar(node)) keepLooks(old, node);
  doc.setIn(path, node);
  if (typeof value === "string" ? value.includes("\n") : isCollection(node)) openUp(doc, path, value);
}

/** A map is changed key by key, so that comments of the keys that stay are kept. */
function mergeInto(doc: PipelineYAML, path: Path, old: unknown, value: unknown): boolean {
  if (isMap(old) && isPlainObject(value)) {
    for (const pair of [...pairsOf(old)]) if (!(keyOf(pair) in value)) setIn(doc, [...path, keyOf(pair)], undefined);
    for (const [key, item] of Object.entries(value)) setIn(doc, [...path, key], item);
    if (old.items.length === 0) old.flow = true;
    return true;
  }
  if (isSeq(old) && Array.isArray(value) && old.items.length > 0 && value.length > 0) {
    const written = old.items.map((item) => (isNode(item) ? item.toJSON() : item));
    // Items that stay keep their node, wherever they move; one that changed in place is changed inside.
    const free = new Set(old.items.map((_, at) => at));
    const kept = value.map((item, at) => {
      const hit = same(written[at], item) && free.has(at) ? at : [...free].find((other) => same(written[other], item));
      if (hit !== undefined) free.delete(hit);
      return hit;
    });
    const items = value.map((item, at) => {
      const hit = kept[at];
      if (hit !== undefined) return old.items[hit];
      if (value.length === written.length && free.has(at) && isNode(old.items[at])) return old.items[at];
      const node = made(doc, item);
      if (isMap(node) && old.items.some((other) => isMap(other) && other.flow)) node.flow = !hasLines(item);
      return node;
    });
    old.items = items;
    value.forEach((item, at) => {
      if (kept[at] === undefined) setIn(doc, [...path, at], item);
    });
    return true;
  }
  return false;
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);
const hasLines = (value: unknown): boolean => JSON.stringify(value)?.includes("\\n") ?? false;

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function made(doc: PipelineYAML, value: unknown) {
  const node = doc.createNode(value);
  if (isCollection(node)) flowWhereShort(node, value);
  if (isScalar(node) && typeof value === "string") writeText(node, value);
  return node;
}

/** Short lists and maps of plain values stand on one line. */
function flowWhereShort(node: YAMLMap | { items: unknown[]; flow?: boolean }, value: unknown) {
  const text = JSON.stringify(value) ?? "";
  const nested = isPlainObject(value) && Object.values(value).some((item) => item !== null && typeof item === "object");
  if (text.length <= 72 && !nested && !hasLines(value)) {
    node.flow = true;
    return;
  }
  for (const item of node.items as unknown[]) {
    const child = isPair(item) ? item.value : item;
    if (isCollection(child)) flowWhereShort(child, (child as { toJSON(): unknown }).toJSON());
    else if (isScalar(child) && typeof child.value === "string") writeText(child as Scalar, child.value);
  }
}

function writeText(node: Scalar, value: string) {
  if (value.includes("\n")) node.type = Scalar.BLOCK_LITERAL;
  else if (value.includes("${")) node.type = Scalar.QUOTE_DOUBLE;
}

function keepLooks(old: Scalar, node: Scalar) {
  node.comment = old.comment;
  node.commentBefore = old.commentBefore;
  node.spaceBefore = old.spaceBefore;
  if (typeof old.value !== "string" || typeof node.value !== "string" || node.type) return;
  // Quotes that the old text needed say nothing of the new one.
  const chosen = stringify(old.value).trimEnd() === old.value;
  if (chosen && (old.type === Scalar.QUOTE_DOUBLE || old.type === Scalar.QUOTE_SINGLE)) node.type = old.type;
}

/** Parents that are missing, or stand empty as `nodes:` does. */
function growTo(doc: PipelineYAML, path: Path) {
  for (let length = 1; length < path.length; length += 1) {
    const above = path.slice(0, length);
    const node = doc.getIn(above, true);
    if (isCollection(node)) {
      if (node.items.length === 0 && length === 1) node.flow = false;
      continue;
    }
    doc.setIn(above, new YAMLMap());
  }
}

/** What doesn't fit one line can't stand inside braces. */
function openUp(doc: PipelineYAML, path: Path, value: unknown) {
  const long = hasLines(value) || JSON.stringify(value).length > 60;
  if (!long) return;
  for (let length = path.length; length >= 0; length -= 1) {
    const node = doc.getIn(path.slice(0, length), true);
    if (isCollection(node) && node.items.length > 0 && (length < path.length || hasLines(value))) node.flow = false;
  }
}

function removeIn(doc: PipelineYAML, path: Path) {
  if (!doc.hasIn(path)) return;
  doc.deleteIn(path);
  // `with` and `in` that became empty say nothing; `nodes` has to stand.
  for (let length = path.length - 1; length > 0; length -= 1) {
    const above = path.slice(0, length);
    const node = doc.getIn(above, true);
    if (!isMap(node) || node.items.length > 0) return;
    if (above.length === 1 && above[0] === "nodes") node.flow = true;
    else if (above.length === 2 && above[0] === "nodes") return;
    else if (above.length > 3) return;
    else doc.deleteIn(above);
  }
}

/** `base`, or `base_2` and so on where it is taken. */
export function freeName(base: string, taken: Iterable<string>): string {
  const names = new Set(taken);
  const clean = base.replace(/[^A-Za-z0-9_-]+/g, "_").replace(/^[^A-Za-z]+/, "") || "node";
  if (!names.has(clean)) return clean;
  for (let count = 2; ; count += 1) if (!names.has(clean + "_" + count)) return clean + "_" + count;
}

/** Of nodes, parameters and pipelines. */
export function isName(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(name);
}

export const NAME_RULE = "Letters, digits, - and _, beginning with a letter; at most 64";

export function addNode(text: string, name: string, use: string, config?: Record<string, unknown>): string {
  return spliced(text, (doc) => {
    setIn(doc, ["nodes", name], { use });
    const node = doc.getIn(["nodes", name], true);
    if (isMap(node)) node.flow = false;
    if (config && Object.keys(config).length > 0) setIn(doc, ["nodes", name, "with"], config);
  });
}

export function removeNodes(text: string, names: string[]): string {
  const gone = new Set(names);
  return spliced(text, (doc) => {
    for (const pair of pairsOf(doc.get("nodes", true))) {
      if (!gone.has(keyOf(pair))) dropInputs(doc, keyOf(pair), (from) => gone.has(from));
    }
    for (const name of names) removeIn(doc, ["nodes", name]);
  });
}

function inputValue(doc: PipelineYAML, node: string): unknown {
  const value = doc.getIn(["nodes", node, "in"], true);
  return isNode(value) ? value.toJSON() : undefined;
}

function dropInputs(doc: PipelineYAML, node: string, drop: (from: string, place: string) => boolean) {
  const inputs = readInputs(inputValue(doc, node)).filter((input) => drop(input.from, input.place));
  for (const input of inputs.reverse()) removeInput(doc, node, input.place);
}

function removeInput(doc: PipelineYAML, node: string, place: string) {
  const path: Path = ["nodes", node, "in"];
  const value = doc.getIn(path, true);
  if (place === "") doc.deleteIn(path);
  else if (isSeq(value)) {
    doc.deleteIn([...path, Number(place)]);
    if (value.items.length === 0) doc.deleteIn(path);
  } else removeIn(doc, [...path, place]);
}

export function disconnect(text: string, node: string, place: string): string {
  return spliced(text, (doc) => removeInput(doc, node, place));
}

/** Renames a node, and with it every `in` that reads from it and every `${nodes.NAME…}`. */
export function renameNode(text: string, name: string, to: string): string {
  return spliced(text, (doc) => {
    const pair = pairsOf(doc.get("nodes", true)).find((pair) => keyOf(pair) === name);
    if (!pair || !isScalar(pair.key)) return;
    pair.key.value = to;
    for (const other of pairsOf(doc.get("nodes", true))) {
      if (isMap(other.value)) renameInputs(other.value.get("in", true), name, to);
      visitTexts(other.value, (text) => renamedReference(text, name, to));
    }
  });
}

function renameInputs(value: unknown, name: string, to: string) {
  const renamed = (scalar: Scalar) => {
    const reference = readReference(String(scalar.value));
    if (reference.from === name) scalar.value = writeReference(to, reference.port);
  };
  if (isScalar(value)) renamed(value);
  else if (isSeq(value)) value.items.forEach((item) => isScalar(item) && renamed(item));
  else pairsOf(value).forEach((pair) => isScalar(pair.value) && renamed(pair.value));
}

function renamedReference(text: string, name: string, to: string): string {
  return text.replace(/(\$?)\$\{nodes\.([A-Za-z][A-Za-z0-9_-]*)/g, (all, escaped, found) =>
    escaped || found !== name ? all : "${nodes." + to,
  );
}

function visitTexts(value: unknown, change: (text: string) => string) {
  if (isScalar(value)) {
    if (typeof value.value === "string") value.value = change(value.value);
  } else if (isCollection(value)) {
    for (const item of value.items as unknown[]) visitTexts(isPair(item) ? item.value : item, change);
  }
}

/** What is known of the node that an edge ends at. */
export interface Target {
  name: string;
  /** Input ports of its component. */
  ports: PortShape[];
  isCheck: boolean;
}

/** Joins an output to an input port; an input that takes one edge is joined anew. */
export function connect(text: string, from: string, fromPort: string | undefined, target: Target, input: string): string {
  return spliced(text, (doc) => {
    const path: Path = ["nodes", target.name, "in"];
    const reference = writeReference(from, fromPort);
    const value = inputValue(doc, target.name);
    const assigned = assignInputs(readInputs(value), target.ports, target.isCheck);
    const port = target.ports.find((port) => port.name === input);
    const held = assigned.find((entry) => entry.input === input);
    if (held && !port?.many) {
      setIn(doc, held.place === "" ? path : Array.isArray(value) ? [...path, Number(held.place)] : [...path, held.place], reference);
    } else if (assigned.length === 0 && target.ports[0]?.name === input && !port?.many) {
      setIn(doc, path, reference);
    } else if (Array.isArray(value) && port?.many) {
      setIn(doc, path, [...value, reference]);
    } else {
      const taken = new Set(assigned.map((entry) => entry.key ?? entry.input ?? ""));
      target.ports.forEach((other) => taken.add(other.name));
      const key = port?.many ? freeName(tableName(from), taken) : input;
      setIn(doc, path, { ...asMapping(assigned, target.ports), [key]: reference });
    }
  });
}

const tableName = (name: string) => name.replace(/[^A-Za-z0-9_]/g, "_");

/** The same inputs, each under its key. */
function asMapping(inputs: ReturnType<typeof assignInputs>, ports: PortShape[]): Record<string, string> {
  const mapping: Record<string, string> = {};
  for (const entry of inputs) {
    const port = ports.find((port) => port.name === entry.input);
    const wish = entry.key ?? (port?.many ? tableName(entry.from) : entry.input ?? tableName(entry.from));
    mapping[freeName(wish, Object.keys(mapping))] = writeReference(entry.from, entry.port);
  }
  return mapping;
}
