// Where a run stood still: at each edge the reader waits for rows, or the rows for the reader.
import type { EdgeWait, NodeReport, RunEdge } from "../../api";

/** The edge of the document as its reader has measured it. Between files and a table the host puts a reader of its own, so that the name of the source need not fit. */
export function waitAt(edge: RunEdge, reader: NodeReport | undefined): EdgeWait | undefined {
  const waits = reader?.waits ?? [];
  const named = waits.filter((wait) => edge.input !== undefined ? wait.input === edge.input : wait.from === edge.from);
  if (named.length === 1) return named[0];
  return waits.length === 1 ? waits[0] : named.find((wait) => wait.from === edge.from && (!edge.port || wait.output === edge.port));
}

/** All edges with their names, in the order of the nodes. */
export function waitsOf(nodes: NodeReport[]): { name: string; wait: EdgeWait }[] {
  return nodes.flatMap((node) => (node.waits ?? []).map((wait) => ({ name: `${wait.from} → ${node.name}`, wait })));
}

/** By reader and input: seconds that rows were held up so far. */
export function heldOf(nodes: NodeReport[]): Map<string, number> {
  return new Map(nodes.flatMap((node) => (node.waits ?? []).map((wait) => [`${node.name} ${wait.input}`, wait.held_seconds])));
}
