// The graph between the steps of the layout: columns of nodes, long edges cut into virtual nodes.
import type { Pair } from "./ranks";

export interface Layers {
  /** Nodes of each column, top to bottom. Numbers from `real` on are virtual. */
  layers: number[][];
  /** Index of each node within its layer. */
  position: number[];
  /** Height of each node; 0 for virtual ones. */
  height: number[];
  real: number;
  before: number[][];
  after: number[][];
}

/** Every edge of the result joins neighbouring columns. */
export function makeLayers(rank: number[], heights: number[], edges: Pair[]): Layers {
  const real = rank.length;
  const count = rank.reduce((most, value) => Math.max(most, value + 1), 0);
  const graph: Layers = {
    layers: Array.from({ length: count }, () => []),
    position: [],
    height: heights.slice(),
    real,
    before: Array.from({ length: real }, () => []),
    after: Array.from({ length: real }, () => []),
  };
  for (const node of firstOrder(real, rank, edges)) put(graph, rank[node], node);
  for (const [from, to] of edges) {
    let last = from;
    for (let layer = rank[from] + 1; layer < rank[to]; layer += 1) {
      const virtual = graph.height.length;
      graph.height.push(0);
      graph.before.push([]);
      graph.after.push([]);
      put(graph, layer, virtual);
      join(graph, last, virtual);
      last = virtual;
    }
    join(graph, last, to);
  }
  return graph;
}

/** Depth first from the sources: neighbours begin near each other, which the sweeps then improve. */
function firstOrder(count: number, rank: number[], edges: Pair[]): number[] {
  const out: number[][] = Array.from({ length: count }, () => []);
  for (const [from, to] of edges) out[from].push(to);
  const order: number[] = [];
  const seen = new Uint8Array(count);
  const roots = Array.from({ length: count }, (_, node) => node).sort((a, b) => rank[a] - rank[b] || a - b);
  for (const root of roots) {
    const stack = [root];
    while (stack.length > 0) {
      const node = stack.pop() as number;
      if (seen[node]) continue;
      seen[node] = 1;
      order.push(node);
      for (let at = out[node].length - 1; at >= 0; at -= 1) stack.push(out[node][at]);
    }
  }
  return order;
}

function put(graph: Layers, layer: number, node: number): void {
  graph.position[node] = graph.layers[layer].length;
  graph.layers[layer].push(node);
}

function join(graph: Layers, from: number, to: number): void {
  graph.after[from].push(to);
  graph.before[to].push(from);
}
