// Second step of the layout: the order within each column, so that few edges cross (barycentre sweeps).
import type { Layers } from "./layers";

const sweeps = 24;
const patience = 4;

/** Orders every layer in place. */
export function reduceCrossings(graph: Layers): void {
  let best = graph.layers.map((layer) => layer.slice());
  let fewest = crossings(graph);
  let idle = 0;
  for (let sweep = 0; sweep < sweeps && fewest > 0 && idle < patience; sweep += 1) {
    const forward = sweep % 2 === 0;
    const count = graph.layers.length;
    for (let step = 1; step < count; step += 1) {
      const layer = forward ? step : count - 1 - step;
      // Ties keep their order on one pair of sweeps and swap on the next: that gets out of flat places.
      orderByNeighbours(graph, layer, forward ? graph.before : graph.after, sweep % 4 >= 2);
    }
    const now = crossings(graph);
    if (now < fewest) {
      fewest = now;
      best = graph.layers.map((layer) => layer.slice());
      idle = 0;
    } else idle += 1;
  }
  best.forEach((layer, at) => place(graph, at, layer));
}

function orderByNeighbours(graph: Layers, at: number, neighbours: number[][], swapTies: boolean): void {
  const layer = graph.layers[at];
  const weighed = layer.map((node, index) => {
    const others = neighbours[node];
    if (others.length === 0) return { node, index, weight: -1 };
    let sum = 0;
    for (const other of others) sum += graph.position[other];
    return { node, index, weight: sum / others.length };
  });
  // Nodes without neighbours on that side keep their place; the others are sorted among themselves.
  const sorted = weighed.filter((entry) => entry.weight >= 0);
  sorted.sort((a, b) => a.weight - b.weight || (swapTies ? b.index - a.index : a.index - b.index));
  let next = 0;
  place(graph, at, weighed.map((entry) => (entry.weight < 0 ? entry.node : sorted[next++].node)));
}

function place(graph: Layers, at: number, layer: number[]): void {
  graph.layers[at] = layer;
  layer.forEach((node, index) => {
    graph.position[node] = index;
  });
}

/** How many pairs of edges cross, over all neighbouring layers. */
export function crossings(graph: Layers): number {
  let total = 0;
  for (let at = 0; at + 1 < graph.layers.length; at += 1) {
    const width = graph.layers[at + 1].length;
    const tree = new Int32Array(width + 1);
    let seen = 0;
    for (const node of graph.layers[at]) {
      const ends = graph.after[node].map((target) => graph.position[target]);
      for (const end of ends) {
        let notAfter = 0;
        for (let i = end + 1; i > 0; i -= i & -i) notAfter += tree[i];
        total += seen - notAfter;
      }
      for (const end of ends) {
        for (let i = end + 1; i <= width; i += i & -i) tree[i] += 1;
        seen += 1;
      }
    }
  }
  return total;
}
