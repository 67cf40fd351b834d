// Tests of the pipeline document: an edit changes what it says and nothing else.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { copied, pasted } from "../src/document/clipboard";
import { addNode, connect, disconnect, EMPTY_PIPELINE, removeNodes, renameNode, setAt } from "../src/document/edits";
import { newHistory, recorded, redone, undone } from "../src/document/history";
import { lineDiff } from "../src/document/lineDiff";
import { placeOf, readPipeline } from "../src/document/model";

const root = process.env.OTE_ROOT ?? "../..";
const flights = readFileSync(root + "/Examples/flights.yaml", "utf8");
const quarantine = readFileSync(root + "/Examples/quarantine.yaml", "utf8");
const sql = { name: "joined", ports: [{ name: "tables", type: "table", many: true }], isCheck: false };
const stage = (name: string) => ({ name, ports: [{ name: "table", type: "table" }], isCheck: false });

function changedLines(before: string, after: string) {
  return lineDiff(before, after).filter((line) => line.kind !== "same").map((line) => (line.kind === "added" ? "+" : "-") + line.text);
}
const model = (text: string) => {
  const read = readPipeline(text);
  assert.deepEqual(read.problems, []);
  return read.model!;
};
const node = (text: string, name: string) => model(text).nodes.find((node) => node.name === name)!;

test("the examples are read with their nodes, edges and lines", () => {
  const read = model(flights);
  assert.equal(read.nodes.length, 8);
  assert.deepEqual(read.edges.filter((edge) => edge.to === "joined").map((edge) => [edge.input.key, edge.from]),
    [["f", "flights"], ["a", "airlines"], ["w", "weather"]]);
  assert.equal(flights.split("\n")[node(flights, "joined").line - 1], "  joined:");
  const rejected = model(quarantine).edges.find((edge) => edge.to === "rejected")!;
  assert.equal(rejected.port, "failing");
});

test("a value in a flow map changes its own line only", () => {
  const after = setAt(flights, ["nodes", "publish", "with", "name"], "flights_clean");
  assert.deepEqual(changedLines(flights, after), ["-    with: {name: flights_enriched}", "+    with: {name: flights_clean}"]);
});

test("setting what is already there changes nothing", () => {
  assert.equal(setAt(flights, ["nodes", "publish", "with", "name"], "flights_enriched"), flights);
});

test("a gate changes its line, and aligned comments elsewhere stay aligned", () => {
  const after = setAt(flights, ["nodes", "rules", "gate", "action"], "quarantine");
  assert.deepEqual(changedLines(flights, after), ["-    gate: {on: error, action: stop}", "+    gate: {on: error, action: quarantine}"]);
});

test("a query keeps its block style and the comment above it", () => {
  const after = setAt(flights, ["nodes", "joined", "with", "query"], "SELECT *\nFROM f\n");
  assert.match(after, /comes twice: only its first reading is kept[^]*query: \|\n {8}SELECT \*\n {8}FROM f\n/);
  assert.equal(node(after, "joined").config.query, "SELECT *\nFROM f\n");
  assert.ok(after.includes("# the names are the table names in the query"));
});

test("a text of several lines opens the braces around it", () => {
  const after = setAt(flights, ["nodes", "publish", "with", "note"], "one\ntwo\n");
  assert.equal(node(after, "publish").config.note, "one\ntwo\n");
  const flat = setAt(quarantine, ["nodes", "orders", "with", "query"], "a\nb");
  assert.equal(node(flat, "orders").config.query, "a\nb");
});

test("one rule of many changes its line", () => {
  const after = setAt(flights, ["nodes", "rules", "with", "rules", 5, "max"], 11);
  assert.deepEqual(changedLines(flights, after), [
    "-        - {rule: range, column: month, min: 1, max: 12}", "+        - {rule: range, column: month, min: 1, max: 11}"]);
});

test("rules can be removed, added and moved, and the others keep their lines", () => {
  const rules = node(flights, "rules").config.rules as unknown[];
  const without = setAt(flights, ["nodes", "rules", "with", "rules"], rules.slice(1));
  assert.equal(changedLines(flights, without).length, 1);
  const more = setAt(flights, ["nodes", "rules", "with", "rules"], [...rules, { rule: "not_null", column: "dest" }]);
  assert.deepEqual(changedLines(flights, more), ["+        - {rule: not_null, column: dest}"]);
});

test("a node is added at the end, in an empty document too", () => {
  const after = addNode(flights, "copy", "local-files/sink", { folder: "out" });
  assert.deepEqual(changedLines(flights, after), ["+  copy:", "+    use: local-files/sink", "+    with: {folder: out}"]);
  const first = addNode(EMPTY_PIPELINE, "file", "local-files/source");
  assert.ok(first.endsWith("nodes:\n  file:\n    use: local-files/source\n"), first);
});

test("removing a node takes its edges along and leaves other comments", () => {
  const after = removeNodes(flights, ["weather", "weather_files"]);
  assert.ok(!after.includes("weather_files"));
  assert.deepEqual(node(after, "joined").inputs.map((input) => input.key), ["f", "a"]);
  assert.ok(after.includes("# A `files` output joined to a `table` input"));
  assert.equal(removeNodes(addNode(EMPTY_PIPELINE, "a", "x/y"), ["a"]), EMPTY_PIPELINE);
});

test("renaming follows references and keeps the rest", () => {
  const after = renameNode(flights, "joined", "all_flights");
  assert.deepEqual(changedLines(flights, after), [
    "-  joined:", "+  all_flights:",
    "-    in: {table: joined, airlines: airlines}         # `airlines` is a reference for the last rule",
    "+    in: {table: all_flights, airlines: airlines} # `airlines` is a reference for the last rule"]);
  const ported = renameNode(quarantine, "rules", "checked");
  assert.equal(node(ported, "rejected").inputs[0].from, "checked");
  assert.equal(node(ported, "rejected").inputs[0].port, "failing");
});

test("edges are written in the shortest form that says which port they reach", () => {
  let text = addNode(addNode(addNode(EMPTY_PIPELINE, "a", "x/y"), "b", "x/y"), "joined", "duckdb/sql");
  text = connect(text, "a", undefined, stage("b"), "table");
  assert.equal(node(text, "b").inputs[0].from, "a");
  assert.ok(text.includes("    in: a\n"));
  text = connect(text, "a", undefined, sql, "tables");
  text = connect(text, "b", "rejects", sql, "tables");
  assert.ok(text.includes("in: {a: a, b: b.rejects}"), text);
  text = disconnect(text, "joined", "a");
  assert.deepEqual(node(text, "joined").inputs.map((input) => input.key), ["b"]);
  text = disconnect(text, "joined", "b");
  assert.deepEqual(node(text, "joined").inputs, []);
});

test("a second port turns a short `in` into named ones", () => {
  const check = { name: "rules", ports: [{ name: "table", type: "table" }, { name: "references", type: "table", many: true, required: false }], isCheck: true };
  const after = connect(quarantine, "file", undefined, check, "references");
  assert.ok(after.includes("    in: {table: orders, file: file}\n"), after);
  const again = connect(after, "file", undefined, check, "table");
  assert.ok(again.includes("    in: {table: file, file: file}\n"), again);
});

test("copied nodes are YAML and paste under free names with their edges", () => {
  const clip = copied(quarantine, ["rules", "publish"]);
  const result = pasted(quarantine, clip)!;
  assert.deepEqual(result.names, { rules: "rules_2", publish: "publish_2" });
  assert.equal(node(result.text, "publish_2").inputs[0].from, "rules_2");
  assert.equal(node(result.text, "rules_2").inputs[0].from, "orders");
  assert.equal(pasted(EMPTY_PIPELINE, "not yaml: ["), null);
});

test("text that is no YAML says where, and is never edited away", () => {
  const broken = flights.replace("nodes:", "nodes: [");
  const read = readPipeline(broken);
  assert.equal(read.model, null);
  assert.ok(read.problems[0].line > 1);
  assert.equal(setAt(broken, ["limits", "memory"], "2GiB"), broken);
});

test("a pointer of the host is found in the text", () => {
  const read = readPipeline(flights);
  const place = placeOf(read.text, "/nodes/rules/with/rules/4/values")!;
  assert.ok(flights.split("\n")[place.line - 1].includes("in_set"));
  assert.equal(flights.split("\n")[placeOf(read.text, "/nodes/publish/with/missing")!.line - 1], "    with: {name: flights_enriched}");
});

test("references and settings are written so that they can be read back", () => {
  const after = setAt(setAt(flights, ["nodes", "publish", "with", "name"], "${parameters.folder}"), ["schedule"],
    { cron: "0 6 * * *", timezone: "America/New_York" });
  assert.ok(after.includes('with: {name: "${parameters.folder}"}'));
  assert.deepEqual(model(after).schedule, { cron: "0 6 * * *", timezone: "America/New_York" });
  assert.equal(setAt(after, ["schedule"], undefined), setAt(flights, ["nodes", "publish", "with", "name"], "${parameters.folder}"));
});

test("undo and redo walk the states, and typing in one field is one step", () => {
  const state = (text: string) => ({ text, layout: {}, selection: [] });
  let history = newHistory(state("a"));
  history = recorded(history, state("b"), "field", 1000);
  history = recorded(history, state("bc"), "field", 1500);
  history = recorded(history, state("bcd"), "other", 1600);
  assert.equal(undone(history).present.text, "bc");
  assert.equal(undone(undone(history)).present.text, "a");
  assert.equal(redone(undone(history)).present.text, "bcd");
});

test("quotes that a text needed go with it, quotes that a person chose stay", () => {
  const typed = (text: string, values: string[]) => values.reduce((now, value) => setAt(now, ["metadata", "name"], value), text);
  assert.match(typed("metadata: {name: a}\n", ["1", "", "flights"]), /name: flights/);
  assert.match(typed("metadata: {name: 'a'}\n", ["b"]), /name: 'b'/);
});
