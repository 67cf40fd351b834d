// Tests of what the designer's canvas offers: joins, their reasons, and which cards are drawn again.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Component } from "../src/api";
import { readPipeline } from "../src/document/model";
import { hunks } from "../src/document/hunks";
import { lineDiff } from "../src/document/lineDiff";
import { columnsOn } from "../src/features/designer/edgeColumns";
import { fitting, joinsOf } from "../src/features/designer/joins";
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
