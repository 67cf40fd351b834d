// Tests of what the designer's canvas offers: joins, their reasons, and which cards are drawn again.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Component } from "../src/api";
import { readPipeline } from "../src/document/model";
import { hunks } from "../src/document/hunks";
import { lineDiff } from "../src/document/lineDiff";
import { columnsOn } from "../src/features/designer/edgeColumns";
import { nextEdge } from "../src/features/designer/edgeWalk";
import { fitting, joinsOf } from "../src/features/designer/joins";
import { parameterValue } from "../src/features/designer/parameterValue";
import { fieldsToward, placeOf, unplaced, wordsAt } from "../src/features/designer/problemPlaces";
import { cardsOf, kept, placesOf, wiresOf } from "../src/features/designer/shapes";

const part = (name: string, inputs: [string, string][], outputs: [string, string][]): Component => ({
  plugin: "p", version: "1.0.0", name, kind: "stage", title: name, summary: "", docs: "", config: {}, examples: [],
  inputs: inputs.map(([port, type]) => ({ name: port, type })), outputs: outputs.map(([port, type]) => ({ name: port, type })),
} as unknown as Component);
const components = [
  part("files", [], [["files", "files"]]), part("read", [["table", "table"]], [["table", "table"]]), part("train", [["table", "table"]], [["model", "model"]]),
];
const text = "apiVersion: opentrusteval/v1\nkind: Pipeline\nmetadata: {name: x}\nnodes:\n  a: {use: p/files}\n  b: {use: p/read, in: a}\n  c: {use: p/train, in: b}\n  d: {use: p/read}\n";
const model = readPipeline(text).model!;
const cards = cardsOf(model, components, placesOf(model, {}));
const card = (name: string) => cards.find((item) => item.node.name === name)!;
const words = (list: ReturnType<typeof joinsOf>) => list.map((join) => `${join.from.node.name}>${join.to.node.name} ${join.reason ?? "fits"}`);

test("joins that fit come first, the others say why they don't", () => {
  assert.deepEqual(words(joinsOf(model, cards, card("d"))), [
    "a>d fits", "d>b fits", "b>d fits", "d>c fits", "c>d table takes table, not model",
  ]);
});

test("an edge that exists is not offered again, and a circle is refused", () => {
  assert.deepEqual(words(joinsOf(model, cards, card("b"), { side: "input", index: 0 })), ["d>b fits", "c>b table takes table, not model"]);
  const longer = readPipeline(text.replace("d: {use: p/read}", "d: {use: p/read, in: b}")).model!;
  const drawn = cardsOf(longer, components, placesOf(longer, {}));
  const d = drawn.find((item) => item.node.name === "d")!;
  assert.ok(words(joinsOf(longer, drawn, d, { side: "output", index: 0 })).includes("d>b That would close a circle"));
});

test("files feed a table, a model does not", () => {
  assert.deepEqual(fitting([{ type: "files" }], [{ type: "model" }, { type: "table" }]), { output: 0, input: 1 });
  assert.equal(fitting([{ type: "model" }], [{ type: "table" }]), null);
});

test("only the card that moved is a new object", () => {
  const moved = kept(cards, cardsOf(model, components, { ...placesOf(model, {}), c: { x: 999, y: 8 } }));
  assert.deepEqual(moved.map((item, at) => item === cards[at]), [true, true, false, true]);
});

test("an edge has the columns of the port it leaves", () => {
  const wire = wiresOf(model, cards).find((shape) => shape.to.node.name === "c")!;
  const checked = [{ name: "b", use: "p/read", kind: "stage", inserted: false, inputs: [], outputs: { table: [{ name: "x", type: "int64" }] } }];
  assert.deepEqual(columnsOn(wire, checked as never), [{ name: "x", type: "int64" }]);
  assert.equal(columnsOn(wire, []), null);
});

test("a hunk has the lines around a change and counts those left out", () => {
  const before = Array.from({ length: 20 }, (_, at) => `line ${at}`);
  const after = before.map((line, at) => (at === 10 ? "new" : line));
  const parts = hunks(lineDiff(before.join("\n"), after.join("\n")));
  assert.deepEqual(parts.map((part) => [part.skipped, part.lines.length]), [[7, 8]]);
});

test("edges of the chosen node come first those that leave it, then the others, and round again", () => {
  const wires = wiresOf(model, cards);
  const name = (wire = nextEdge(wires, "b", null)) => wire && `${wire.from.node.name}>${wire.to.node.name}`;
  const first = nextEdge(wires, "b", null)!;
  const second = nextEdge(wires, "b", first.id)!;
  assert.deepEqual([name(first), name(second), name(nextEdge(wires, "b", second.id))], ["b>c", "a>b", "b>c"]);
  assert.equal(nextEdge(wires, "d", null), undefined);
  assert.equal(name(nextEdge(wires, "b", first.id, -1)), "a>b");
  // An edge of no node that one came from: all of them, in order.
  assert.equal(name(nextEdge(wires, "d", first.id)), "a>b");
  assert.equal(name(nextEdge(wires, undefined, null)), "a>b");
});

const problem = (pointer: string, detail: string, node?: string) => ({ code: "OTE-1005", title: "", detail, node, at: { pointer } }) as never;

test("a problem has its node, its tab and its field by its pointer", () => {
  assert.deepEqual(placeOf(problem("/nodes/a~1b/with/rules/0", "")), { node: "a/b", tab: "config", field: "/rules/0" });
  assert.deepEqual(placeOf(problem("/nodes/a/gate/on", "")), { node: "a", tab: "gate", field: "/gate/on" });
  assert.deepEqual(placeOf(problem("/nodes/a/retry/backoff/first", "")), { node: "a", tab: "retry", field: "/retry/backoff/first" });
  assert.deepEqual(placeOf(problem("/nodes/a/in", "")), { node: "a", tab: "config", field: "" });
  assert.deepEqual(placeOf(problem("/schedule/cron", "")), { node: undefined, tab: "config", field: "/schedule/cron" });
});

test("what a field shows is not shown again above the fields", () => {
  const all = [problem("/nodes/a/with/query", "missing"), problem("/nodes/a/in", "no input"), problem("/nodes/b/in", "other")];
  assert.deepEqual(unplaced(all, "a").map((one: { detail: string }) => one.detail), ["no input"]);
  assert.equal(wordsAt(all, "/query"), "missing");
});

test("a problem deeper than any field leads to the nearest field, and its words to the group's", () => {
  assert.deepEqual(fieldsToward("/retry/backoff/first"), ["/retry/backoff/first", "/retry/backoff", "/retry"]);
  assert.deepEqual(fieldsToward(""), []);
  assert.equal(wordsAt([problem("/parameters/n/items/0", "wrong")], "/parameters/n", "with parts"), "wrong");
  assert.equal(wordsAt([problem("/parameters/n2", "wrong")], "/parameters/n", "with parts"), undefined);
});

test("a default is a value of its type, or the text that the host then refuses", () => {
  assert.deepEqual(["", "7", "x", " "].map((text) => parameterValue(text, "integer")), [undefined, 7, "x", " "]);
  assert.deepEqual(["true", "false", "yes"].map((text) => parameterValue(text, "boolean")), [true, false, "yes"]);
  assert.deepEqual(["[1]", "[1"].map((text) => parameterValue(text, "array")), [[1], "[1"]);
});
