// Tests of what a plugin's panel may say and is told.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Run } from "../src/api";
import { panelData, reporting } from "../src/features/runs/panelData";
import { fromPanel } from "../src/reports/panelMessages";

test("a panel is heard only in our words, and cannot grow without end", () => {
  assert.equal(fromPanel({ type: "ready" }), undefined);
  assert.equal(fromPanel({ ote: 2, type: "ready" }), undefined);
  assert.equal(fromPanel({ ote: 1, type: "navigate", to: "/" }), undefined);
  assert.deepEqual(fromPanel({ ote: 1, type: "resize", height: 1e9 }), { type: "resize", height: 4000 });
  assert.equal(fromPanel({ ote: 1, type: "resize", height: NaN }), undefined);
  assert.deepEqual(fromPanel({ ote: 1, type: "ready" }), { type: "ready" });
});

test("a panel asks for rows by whole numbers, and for no more than a page of them", () => {
  const rows = (more: object) => fromPanel({ ote: 1, type: "rows", id: 1, finding: 0, ...more });
  assert.deepEqual(rows({}), { type: "rows", id: 1, finding: 0, limit: 20 });
  assert.deepEqual(rows({ limit: 1e6 }), { type: "rows", id: 1, finding: 0, limit: 200 });
  assert.deepEqual(rows({ limit: -1 }), { type: "rows", id: 1, finding: 0, limit: 20 });
  for (const bad of [{ finding: "0/../../users" }, { finding: -1 }, { finding: 0.5 }, { id: {} }]) assert.equal(rows(bad), undefined);
});

const node = (name: string, use: string, report?: object) => ({ name, use, status: "succeeded", attempts: 1, plugin_digest: "", report });
const finding = (from: string, more: object = {}) => ({ node: from, rule: "not_null", severity: "error", passed: false, failing_rows: 3, ...more });
const run = {
  run: "r", status: "stopped", pipeline: { name: "p", version: 1, digest: "" }, failing: ["mine"],
  nodes: [node("mine", "rules/check@1.0.0", { title: "t" }), node("quiet", "rules/check@1.0.0"), node("other", "else/check@2.0.0", {})],
  findings: [finding("other"), finding("mine"), finding("mine", { passed: true, failing_rows: 0 }), finding("quiet")],
} as unknown as Run;

test("a panel is told of its own node only, and by which place in the run a finding's rows are read", () => {
  const data = panelData(run, run.nodes[0]);
  assert.deepEqual(data.findings.map(({ node: from, at, has_rows }) => [from, at, has_rows]), [["mine", 1, true], ["mine", 2, false]]);
  assert.deepEqual(data.report, { title: "t" });
  assert.ok(!JSON.stringify(data).includes("other"));
});

test("only nodes with a report are shown, and those of one plugin where it is named", () => {
  assert.deepEqual(reporting(run).map(({ name }) => name), ["mine", "other"]);
  assert.deepEqual(reporting(run, "rules").map(({ name }) => name), ["mine"]);
});
