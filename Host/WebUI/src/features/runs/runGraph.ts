// A run as a graph: nodes with status and rows, edges with what flows or has flowed along them.
import type { NodeReport, Run, RunEdge } from "../../api";
import type { GraphEdge, GraphNode } from "../../graph";
import { formatCompact, formatDuration } from "../../ui";
import type { NodeRate } from "./useLiveRun";
import { waitAt } from "./waits";

/** Rows that wait on an edge count as pressure from this many batches on. */
const pressedBatches = 2;
/** An edge whose rows wait for their reader for more than this share of the time is under pressure too. */
const pressedShare = 0.5;

export function graphOf(run: Run, rates: Map<string, NodeRate>): { nodes: GraphNode[]; edges: GraphEdge[] } {
  const byName = new Map(run.nodes.map((node) => [node.name, node]));
  const edges = throughInserted(run.edges, run.nodes.map((node) => node.name));
  const inputs = new Map<string, number>();
  for (const edge of edges) inputs.set(edge.to, (inputs.get(edge.to) ?? 0) + 1);
  const nodes = run.nodes.map((node): GraphNode => ({
    id: node.name, title: node.name, subtitle: node.use.replace(/@.*$/, ""), status: node.status,
    figure: figureOf(node, rates.get(node.name)),
    progress: node.status === "running" && node.progress?.total
      ? (node.progress.done ?? 0) / node.progress.total : undefined,
  }));
  return { nodes, edges: edges.map((edge) => edgeOf(edge, byName, inputs.get(edge.to) === 1, rates)) };
}

/** The host names a node that it puts into an edge `FROM.TO.COMPONENT`: what the document joins runs through it. */
export function throughInserted(edges: RunEdge[], nodes: string[]): RunEdge[] {
  const inserted = nodes.flatMap((name) => {
    const parts = name.split(".");
    return parts.length < 3 ? [] : [{ name, from: parts[0], to: parts[parts.length - 2] }];
  });
  return edges.flatMap((edge) => {
    const between = inserted.find(({ from, to }) => from === edge.from && to === edge.to);
    return between ? [{ ...edge, to: between.name }, { ...edge, from: between.name }] : [edge];
  });
}

/** As quick to read as it changes: tenths only where they are all there is. */
export function rateText(rows: number): string {
  return `${rows > 0 && rows < 10 ? rows.toFixed(1) : formatCompact(Math.round(rows))} rows/s`;
}

function figureOf(node: NodeReport, rate: NodeRate | undefined): string | undefined {
  if (node.fused_into) return "fused";
  if (node.status === "running" && rate?.rows !== undefined) return rateText(rate.rows);
  return node.seconds === undefined ? undefined : formatDuration(node.seconds);
}

function edgeOf(edge: RunEdge, nodes: Map<string, NodeReport>, alone: boolean, rates: Map<string, NodeRate>): GraphEdge {
  const from = nodes.get(edge.from);
  const to = nodes.get(edge.to);
  const flowing = from?.status === "running" && to?.status === "running";
  const rate = rates.get(edge.from)?.rows;
  const label = flowing && rate !== undefined
    ? rateText(rate)
    : from?.rows_out === undefined ? undefined : `${formatCompact(from.rows_out)} row${from.rows_out === 1 ? "" : "s"}`;
  const waiting = alone ? rowsWaiting(from, to) : undefined;
  const batch = from?.rows_out && from.batches ? from.rows_out / from.batches : Infinity;
  const wait = waitAt(edge, to);
  const held = wait ? rates.get(edge.to)?.held.get(wait.input) ?? 0 : 0;
  const pressed = flowing && ((waiting ?? 0) > batch * pressedBatches || held > pressedShare);
  return { from: edge.from, to: edge.to, label, flowing, pressed };
}

/** Rows that one node has given and the other has not yet taken; not known where either does not count. */
export function rowsWaiting(from: NodeReport | undefined, to: NodeReport | undefined): number | undefined {
  if (from?.rows_out === undefined || to?.rows_in === undefined) return undefined;
  return Math.max(0, from.rows_out - to.rows_in);
}
