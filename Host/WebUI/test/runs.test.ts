// Tests of what the pages of runs compute: differences, spans of a timeline, figures, ticks, report shapes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { figure, rounded, seconds, tickText } from "../src/charts/figures";
import { chartFrom } from "../src/charts/spec";
import { niceLimits, niceTicks } from "../src/charts/ticks";
import { change } from "../src/features/runs/comparison";
import { lineDiff } from "../src/document/lineDiff";
import { waitAt, waitsOf } from "../src/features/runs/waits";
import { hasRows, measured } from "../src/features/runs/findings";
import { graphOf, rateText, throughInserted } from "../src/features/runs/runGraph";
import { spansOf, workedShare } from "../src/features/runs/timelineSpans";
import { reportFrom } from "../src/reports/reportShape";
import { moved } from "../src/table/cellKeys";
import { cellText, copyRow } from "../src/table/columns";

const words = (left: string, right: string) => lineDiff(left, right).map((line) => `${line.kind[0]}${line.text}`);

test("a changed line is one removed and one added, and the rest stays", () => {
  assert.deepEqual(words("a\nb\nc", "a\nx\nc"), ["sa", "rb", "ax", "sc"]);
});

test("a difference gives both texts back", () => {
  const [left, right] = ["a\nb\nc\nd\nb", "b\nc\nx\nb\ny"];
  const lines = lineDiff(left, right);
  assert.equal(lines.filter((line) => line.kind !== "added").map((line) => line.text).join("\n"), left);
  assert.equal(lines.filter((line) => line.kind !== "removed").map((line) => line.text).join("\n"), right);
});

test("a change from an unknown figure or from zero is not made up", () => {
  assert.equal(change(undefined, 3), undefined);
  assert.equal(change(0, 3), undefined);
  assert.equal(change(200, 250), "+25%");
  assert.equal(change(4, 4), "same");
});

test("a retried node has one span for each attempt", () => {
  const drawn = spansOf([
    { at: "2026-11-22T10:00:00Z", type: "started" },
    { at: "2026-11-22T10:00:01Z", type: "node_started", node: "read" },
    { at: "2026-11-22T10:00:02Z", type: "retrying", attempt: 2 },
    { at: "2026-11-22T10:00:03Z", type: "attempt", attempt: 2 },
    { at: "2026-11-22T10:00:03Z", type: "node_started", node: "read" },
    { at: "2026-11-22T10:00:05Z", type: "node_finished", node: "read", status: "succeeded" },
    { at: "2026-11-22T10:00:05Z", type: "finished", status: "succeeded" },
  ]);
  assert.deepEqual(drawn?.attempts.map((span) => span.status), ["failed", "succeeded"]);
  assert.deepEqual(drawn?.lanes[0].spans.map((span) => [span.attempt, span.status]), [[1, "failed"], [2, "succeeded"]]);
});

test("a figure that is not known is said to be missing", () => {
  assert.equal(figure(null, "rows"), "missing");
  assert.equal(figure(NaN), "missing");
  assert.equal(figure(1234567, "rows"), "1,234,567 rows");
  assert.equal(seconds(3725), "1 h 2 min");
});

test("an estimate has three digits that matter, and never becomes a whole number by rounding", () => {
  assert.deepEqual([0.1559041, 0.0727305, -1.1445703, 0.9997, 28.0001, 1234.56, 1.23e-7, 40].map((value) => rounded(value)),
    ["0.156", "0.0727", "-1.14", "0.9997", "28.0001", "1,235", "0.000000123", "40"]);
  assert.deepEqual([rounded(6.938893903907228e-18), figure(-2.5e-12), rounded(0)], ["6.94e-18", "-2.5e-12", "0"]);
  assert.equal(rounded(0.1559041, "%"), "0.156%");
  assert.equal(rounded(undefined, "%"), "missing");
});

test("ticks are round, within the limits, and zero has no sign", () => {
  assert.deepEqual(niceTicks(0, 1, 5).values.map((value) => tickText(value, 0.2)), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
  assert.deepEqual(niceLimits(3, 97, 5), [0, 100]);
  // Limits that were widened by this step are divided by it again: 0.6 / 3 is a hair more than 0.2.
  assert.deepEqual(niceTicks(0, niceLimits(0, 0.5, 3)[1], 3).values.map((value) => tickText(value, 0.2)), ["0.0", "0.2", "0.4", "0.6"]);
  assert.equal(tickText(-0, 0.5), "0.0");
});

test("a report names the parts that it cannot read, and keeps the others", () => {
  const report = reportFrom({ title: "R", metrics: [{ name: "a", value: null }, 7], charts: [{ type: "pie", series: [] }] });
  assert.deepEqual(report?.metrics, [{ name: "a", value: null, unit: undefined, interval: undefined, method: undefined, n: undefined, better: undefined }]);
  assert.deepEqual(report?.unreadable, ["metric 2", "chart 1"]);
  assert.equal(reportFrom("no"), undefined);
});

test("a chart leaves out points that are none", () => {
  const points = [[1, 2], [1], ["a", null], [Infinity, 1], [0, 1, "x"]];
  assert.deepEqual(chartFrom({ type: "line", series: [{ points }] })?.series[0].points, [[1, 2], ["a", null]]);
});

test("keys move the active cell and stop at the edges", () => {
  const size = { rows: 100, columns: 3, page: 10 };
  const key = (name: string, ctrlKey = false) => ({ key: name, ctrlKey, metaKey: false, altKey: false });
  assert.deepEqual(moved({ row: 0, column: 0 }, key("ArrowUp"), size), { row: -1, column: 0 });
  assert.deepEqual(moved({ row: 95, column: 0 }, key("PageDown"), size), { row: 99, column: 0 });
  assert.deepEqual(moved({ row: 5, column: 1 }, key("End", true), size), { row: 99, column: 2 });
  assert.equal(moved({ row: 5, column: 1 }, key("x"), size), undefined);
});

test("a cell shows separators, and its copy has none", () => {
  assert.equal(cellText(1234567.5), "1,234,567.5");
  assert.equal(cellText(2013, true), "2013");
  const columns = [{ key: "a", title: "a" }, { key: "b", title: "b" }, { key: "c", title: "c" }];
  assert.equal(copyRow(columns, { a: 1234, b: null, c: "x\ty" }), "1234\t\tx y");
});

test("an edge finds its waits also behind a reader that the host put in", () => {
  const wait = (input: string, from: string) => ({ input, from, output: "table", wait_seconds: 1, held_seconds: 2 });
  const node = (name: string, waits: ReturnType<typeof wait>[]) =>
    ({ name, use: "a/b@1", status: "running" as const, attempts: 1, plugin_digest: "", waits });
  const sql = node("sql", [wait("flights", "flights.read"), wait("planes", "planes.read")]);
  assert.equal(waitAt({ from: "planes", to: "sql", input: "planes" }, sql)?.from, "planes.read");
  assert.equal(waitAt({ from: "files", to: "out" }, node("out", [wait("table", "files.read")]))?.from, "files.read");
  assert.equal(waitAt({ from: "files", to: "sql" }, sql), undefined);
  assert.deepEqual(waitsOf([sql]).map(({ name }) => name), ["flights.read → sql", "planes.read → sql"]);
});

test("an edge is under pressure while its rows mostly wait for their reader", () => {
  const nodes = ["rows", "out"].map((name) => ({
    name, use: "a/b@1", status: "running" as const, attempts: 1, plugin_digest: "", rows_out: 10, rows_in: 10,
    waits: name === "out" ? [{ input: "table", from: "rows", output: "table", wait_seconds: 1, held_seconds: 2 }] : [],
  }));
  const run = { nodes, edges: [{ from: "rows", to: "out" }] } as never;
  const rate = (share: number) => new Map([["out", { rows: 5, held: new Map([["table", share]]) }]]);
  assert.equal(graphOf(run, rate(0.9)).edges[0].pressed, true);
  assert.equal(graphOf(run, rate(0.1)).edges[0].pressed, false);
});

test("what the host put into an edge stands in it", () => {
  const edges = throughInserted([{ from: "files", to: "joined" }, { from: "joined", to: "out" }] as never, ["files", "joined", "out", "files.joined.read"]);
  assert.deepEqual(edges.map(({ from, to }) => `${from}>${to}`), ["files>files.joined.read", "files.joined.read>joined", "joined>out"]);
});

test("a rate has tenths only where it is small", () => {
  assert.deepEqual([0, 1.647, 26.359, 123456.7].map(rateText), ["0 rows/s", "1.6 rows/s", "26 rows/s", "123.5K rows/s"]);
});

test("a share is told in percent, with the digits that tell it from nothing", () => {
  assert.deepEqual([0.0074589638, 0.0000882744, 0, 1].map((value) => measured(value, "fraction")), ["0.746 %", "0.00883 %", "0 %", "100 %"]);
  assert.equal(measured(336776, "rows"), "336,776");
  assert.equal(measured(null, "fraction"), "");
});

test("rows that a rule allows to fail can be read too", () => {
  const finding = (more: object) => ({ node: "rules", rule: "x", severity: "warn", passed: true, failing_rows: 5, ...more }) as never;
  assert.ok(hasRows({ failing: ["rules"] }, finding({})));
  assert.ok(!hasRows({ failing: ["rules"] }, finding({ failing_rows: 0 })));
  assert.ok(!hasRows({ failing: [] }, finding({})));
});

test("a node's time at work is a part of the time that it was open, of its last span only", () => {
  const span = { from: 0, to: 4000, attempt: 1 };
  assert.equal(workedShare(span, true, 1), 0.25);
  assert.equal(workedShare(span, true, 9), 1);
  assert.deepEqual([workedShare(span, false, 1), workedShare(span, true, undefined), workedShare({ from: 0, attempt: 1 }, true, 1)], [undefined, undefined, undefined]);
});
