// Tests of the layered layout: what a person would call a tidy graph.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { Session } from "node:inspector";
import { test } from "node:test";
import { compileFunction } from "node:vm";
import { crossings, reduceCrossings } from "../src/graph/crossings";
import { makeLayers } from "../src/graph/layers";
import { layout, type LayoutEdge, type LayoutNode } from "../src/graph/layout";
import { type Pair, ranks, withoutCycles } from "../src/graph/ranks";

const card = (id: string): LayoutNode => ({ id, width: 180, height: 56 });
const edge = (text: string): LayoutEdge => {
  const [from, to] = text.split(" ");
  return { from, to };
};

/** The same numbers in each process: a graph of `count` nodes, each fed by up to three earlier ones. */
function sampleGraph(count: number): { nodes: LayoutNode[]; edges: LayoutEdge[] } {
  let seed = 7;
  const random = () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed / 2147483648;
  };
  const nodes = Array.from({ length: count }, (_, at) => card(`n${at}`));
  const edges: LayoutEdge[] = [];
  for (let at = 1; at < count; at += 1) {
    const inputs = 1 + Math.floor(random() * 3);
    for (let i = 0; i < inputs; i += 1) {
      const from = Math.max(0, at - 1 - Math.floor(random() * 14));
      edges.push({ from: `n${from}`, to: `n${at}` });
    }
  }
  return { nodes, edges };
}

test("every edge goes to the right", () => {
  const { nodes, edges } = sampleGraph(60);
  const at = layout(nodes, edges);
  for (const { from, to } of edges) assert.ok(at[from].x + 180 < at[to].x, `${from} to ${to}`);
});

test("no two nodes overlap", () => {
  const { nodes, edges } = sampleGraph(200);
  const at = layout(nodes, edges, { nodeGap: 20 });
  for (const a of nodes) {
    for (const b of nodes) {
      if (a.id >= b.id || at[a.id].x !== at[b.id].x) continue;
      assert.ok(Math.abs(at[a.id].y - at[b.id].y) >= 56 + 20 - 1, `${a.id} and ${b.id}`);
    }
  }
});

test("a chain is one straight line", () => {
  const at = layout(["a", "b", "c", "d"].map(card), ["a b", "b c", "c d"].map(edge));
  assert.deepEqual(new Set(Object.values(at).map((point) => point.y)), new Set([0]));
});

test("a cycle and a self loop end, and every node has a place", () => {
  const at = layout(["a", "b", "c"].map(card), ["a b", "b c", "c a", "b b"].map(edge));
  assert.deepEqual(Object.keys(at).sort(), ["a", "b", "c"]);
  for (const point of Object.values(at)) assert.ok(Number.isFinite(point.x) && Number.isFinite(point.y));
});

test("the two ends of a diamond are level, between its middle nodes", () => {
  const at = layout(["a", "b", "c", "d"].map(card), ["a b", "a c", "b d", "c d"].map(edge));
  assert.equal(at.a.y, at.d.y);
  assert.ok(Math.min(at.b.y, at.c.y) < at.a.y && at.a.y < Math.max(at.b.y, at.c.y));
});

test("a graph that can be drawn without crossings is", () => {
  const pairs: Pair[] = [[0, 5], [1, 4], [2, 3], [0, 4], [1, 3]];
  const kept = withoutCycles(6, pairs);
  const graph = makeLayers(ranks(6, kept), new Array(6).fill(1), kept);
  reduceCrossings(graph);
  assert.equal(crossings(graph), 0);
});

test("a source that feeds a late node stands right before it", () => {
  const at = layout(["a", "b", "c", "d", "late"].map(card), ["a b", "b c", "c d", "late d"].map(edge));
  assert.equal(at.late.x, at.c.x);
});

test("parts that no edge connects stand below each other", () => {
  const at = layout(["a", "b", "c", "d"].map(card), ["a b", "c d"].map(edge));
  assert.ok(at.c.y >= at.a.y + 56);
});

test("the same graph gives the same picture", () => {
  const { nodes, edges } = sampleGraph(120);
  assert.deepEqual(layout(nodes, edges), layout(nodes, edges));
});

test("an empty graph and edges to unknown nodes are no trouble", () => {
  assert.deepEqual(layout([], []), {});
  assert.deepEqual(layout([card("a")], [edge("a gone")]), { a: { x: 0, y: 0 } });
});

/**
 * How often the pieces of code between two branches ran, as V8 counts them: the same on every machine. V8 counts in
 * code that it compiles after it was asked to, so the layout is loaded once more, by itself.
 */
function steps(count: number): number {
  const code = execFileSync("esbuild", ["src/graph/layout.ts", "--bundle", "--format=cjs", "--log-level=warning"]);
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const module = { exports: {} as { layout: typeof layout } };
  compileFunction(code.toString(), ["module"], { filename: "counted-layout.cjs" })(module);
  const { nodes, edges } = sampleGraph(count);
  module.exports.layout(nodes, edges);
  let total = 0;
  session.post("Profiler.takePreciseCoverage", (problem, coverage) => {
    assert.equal(problem, null);
    for (const script of coverage.result.filter((script) => script.url === "counted-layout.cjs")) {
      for (const part of script.functions) for (const range of part.ranges) total += range.count;
    }
  });
  session.disconnect();
  return total;
}

test("the work grows with the graph, not with its square", () => {
  const [small, large] = [steps(200), steps(800)];
  // A layout that was not counted would pass the rest.
  assert.ok(small > 10_000, `${small} steps`);
  assert.ok(small < 400_000, `${small} steps for 200 nodes`);
  assert.ok(large < 6 * small, `${large} steps for 800 nodes, ${small} for 200`);
});
