// Third step of the layout: a height for every node. Brandes and Köpf: four alignments of nodes with their median
// neighbours, packed tightly, and the middle of the four taken. Long edges come out straight.
import type { Layers } from "./layers";

/** Centre of every node, virtual ones included, on the axis along a column. */
export function centres(graph: Layers, gap: number): number[] {
  const conflicts = crossingsOfLongEdges(graph);
  const runs: number[][] = [];
  for (const forward of [true, false]) {
    for (const downward of [true, false]) {
      const layers = oriented(graph.layers, forward, downward);
      const blocks = align(layers, forward ? graph.before : graph.after, conflicts);
      const at = pack(layers, blocks, graph.height, gap);
      runs.push(downward ? at : at.map((value) => -value));
    }
  }
  return middle(runs);
}

function oriented(layers: number[][], forward: boolean, downward: boolean): number[][] {
  const turned = forward ? layers : layers.slice().reverse();
  return downward ? turned : turned.map((layer) => layer.slice().reverse());
}

/** Short edges that cross a straight piece of a long one: the long one wins. Key: smaller node, larger node. */
function crossingsOfLongEdges(graph: Layers): Set<string> {
  const conflicts = new Set<string>();
  for (let at = 1; at < graph.layers.length; at += 1) {
    const layer = graph.layers[at];
    const last = graph.layers[at - 1].length - 1;
    let from = 0;
    let low = 0;
    for (let index = 0; index < layer.length; index += 1) {
      const inner = innerNeighbour(graph, layer[index]);
      if (inner < 0 && index + 1 < layer.length) continue;
      const high = inner < 0 ? last : graph.position[inner];
      for (; from <= index; from += 1) {
        for (const upper of graph.before[layer[from]]) {
          const place = graph.position[upper];
          const bothVirtual = upper >= graph.real && layer[from] >= graph.real;
          if ((place < low || place > high) && !bothVirtual) conflicts.add(key(upper, layer[from]));
        }
      }
      low = high;
    }
  }
  return conflicts;
}

/** The virtual neighbour to the left of a virtual node, or -1. */
function innerNeighbour(graph: Layers, node: number): number {
  if (node < graph.real) return -1;
  const upper = graph.before[node][0];
  return upper >= graph.real ? upper : -1;
}

function key(a: number, b: number): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

/** The first node of the block that each node is aligned with. */
function align(layers: number[][], neighbours: number[][], conflicts: Set<string>): number[] {
  const place: number[] = [];
  for (const layer of layers) layer.forEach((node, index) => (place[node] = index));
  const root: number[] = [];
  const taken: boolean[] = [];
  for (const layer of layers) for (const node of layer) root[node] = node;
  for (const layer of layers) {
    let last = -1;
    for (const node of layer) {
      const others = neighbours[node].slice().sort((a, b) => place[a] - place[b]);
      if (others.length === 0) continue;
      const medians = [Math.floor((others.length - 1) / 2), Math.ceil((others.length - 1) / 2)];
      for (const median of medians) {
        const other = others[median];
        if (root[node] !== node || taken[other] || place[other] <= last || conflicts.has(key(other, node))) continue;
        root[node] = root[other];
        taken[other] = true;
        last = place[other];
      }
    }
  }
  return root;
}

/** Packs the blocks as far up as they go, then lets those with room move down towards what follows them. */
function pack(layers: number[][], root: number[], height: number[], gap: number): number[] {
  const next = new Map<number, { block: number; distance: number }[]>();
  const previous = new Map<number, { block: number; distance: number }[]>();
  for (const layer of layers) {
    for (let at = 1; at < layer.length; at += 1) {
      const [upper, lower] = [layer[at - 1], layer[at]];
      const distance = (height[upper] + height[lower]) / 2 + gap;
      push(next, root[upper], { block: root[lower], distance });
      push(previous, root[lower], { block: root[upper], distance });
    }
  }
  const order = blockOrder(layers, root, next, previous);
  const at = new Map<number, number>();
  for (const block of order) {
    const limits = (previous.get(block) ?? []).map((edge) => (at.get(edge.block) ?? 0) + edge.distance);
    at.set(block, limits.reduce((most, value) => Math.max(most, value), 0));
  }
  for (let index = order.length - 1; index >= 0; index -= 1) {
    const block = order[index];
    const after = next.get(block);
    if (!after) continue;
    const room = after.map((edge) => (at.get(edge.block) ?? 0) - edge.distance);
    at.set(block, Math.max(at.get(block) ?? 0, room.reduce((least, value) => Math.min(least, value), Infinity)));
  }
  return root.map((block) => at.get(block) ?? 0);
}

type Distances = Map<number, { block: number; distance: number }[]>;

function push(edges: Distances, block: number, edge: { block: number; distance: number }): void {
  const list = edges.get(block);
  if (list) list.push(edge);
  else edges.set(block, [edge]);
}

function blockOrder(layers: number[][], root: number[], next: Distances, previous: Distances): number[] {
  const order: number[] = [];
  const waiting = new Map<number, number>();
  for (const layer of layers) {
    for (const node of layer) {
      if (root[node] !== node) continue;
      const count = previous.get(node)?.length ?? 0;
      waiting.set(node, count);
      if (count === 0) order.push(node);
    }
  }
  for (let at = 0; at < order.length; at += 1) {
    for (const edge of next.get(order[at]) ?? []) {
      const left = (waiting.get(edge.block) ?? 0) - 1;
      waiting.set(edge.block, left);
      if (left === 0) order.push(edge.block);
    }
  }
  return order;
}

/** Moves all four to the narrowest one's edges, then takes the mean of the two middle values of each node. */
function middle(runs: number[][]): number[] {
  const spans = runs.map((run) => {
    const least = run.reduce((low, value) => Math.min(low, value), Infinity);
    const most = run.reduce((high, value) => Math.max(high, value), -Infinity);
    return { least, most };
  });
  const narrowest = spans.reduce((best, span) => (span.most - span.least < best.most - best.least ? span : best));
  const moved = runs.map((run, at) => {
    const downward = at % 2 === 0;
    const shift = downward ? narrowest.least - spans[at].least : narrowest.most - spans[at].most;
    return run.map((value) => value + shift);
  });
  return moved[0].map((_, node) => {
    const sorted = moved.map((run) => run[node]).sort((a, b) => a - b);
    return (sorted[1] + sorted[2]) / 2;
  });
}
