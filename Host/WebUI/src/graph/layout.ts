// Layered layout of a graph, left to right (Sugiyama): ranks, order, coordinates. The same graph gives the same picture.
import { centres } from "./coordinates";
import { reduceCrossings } from "./crossings";
import { makeLayers } from "./layers";
import { type Pair, ranks, withoutCycles } from "./ranks";

export interface LayoutNode {
  id: string;
  width: number;
  height: number;
}

export interface LayoutEdge {
  from: string;
  to: string;
}

export interface LayoutOptions {
  /** Between columns, in pixels. */
  layerGap?: number;
  /** Between nodes of a column, in pixels. */
  nodeGap?: number;
  /** Between parts that no edge connects, in pixels. */
  partGap?: number;
}

export interface Point {
  x: number;
  y: number;
}

/** The top left corner of every node; the whole begins at 0, 0. Edges to unknown nodes and self loops are ignored. */
export function layout(nodes: LayoutNode[], edges: LayoutEdge[], options: LayoutOptions = {}): Record<string, Point> {
  const { layerGap = 72, nodeGap = 24, partGap = 40 } = options;
  const index = new Map(nodes.map((node, at) => [node.id, at]));
  const pairs: Pair[] = [];
  for (const edge of edges) {
    const from = index.get(edge.from);
    const to = index.get(edge.to);
    if (from !== undefined && to !== undefined) pairs.push([from, to]);
  }
  const placed: Record<string, Point> = {};
  let top = 0;
  for (const part of connectedParts(nodes.length, pairs)) {
    const members = part.map((at) => nodes[at]);
    const local = new Map(part.map((at, inPart) => [at, inPart]));
    const inside: Pair[] = [];
    for (const [from, to] of pairs) {
      const a = local.get(from);
      const b = local.get(to);
      if (a !== undefined && b !== undefined) inside.push([a, b]);
    }
    const { points, height } = layoutPart(members, inside, layerGap, nodeGap);
    points.forEach((point, at) => {
      placed[members[at].id] = { x: point.x, y: point.y + top };
    });
    top += height + partGap;
  }
  return placed;
}

function layoutPart(nodes: LayoutNode[], edges: Pair[], layerGap: number, nodeGap: number) {
  const forward = withoutCycles(nodes.length, edges);
  const rank = ranks(nodes.length, forward);
  const graph = makeLayers(rank, nodes.map((node) => node.height), forward);
  reduceCrossings(graph);
  const centre = centres(graph, nodeGap);
  const left = columnStarts(nodes, rank, layerGap);
  const tops = nodes.map((node, at) => centre[at] - node.height / 2);
  const first = tops.reduce((least, value) => Math.min(least, value), Infinity);
  const points = nodes.map((node, at) => {
    const { start, width } = left[rank[at]];
    return { x: Math.round(start + (width - node.width) / 2), y: Math.round(tops[at] - first) };
  });
  const height = points.reduce((most, point, at) => Math.max(most, point.y + nodes[at].height), 0);
  return { points, height };
}

function columnStarts(nodes: LayoutNode[], rank: number[], gap: number): { start: number; width: number }[] {
  const columns: { start: number; width: number }[] = [];
  nodes.forEach((node, at) => {
    const width = Math.max(columns[rank[at]]?.width ?? 0, node.width);
    columns[rank[at]] = { start: 0, width };
  });
  let start = 0;
  for (const column of columns) {
    column.start = start;
    start += column.width + gap;
  }
  return columns;
}

/** In the order in which their first node was given. */
function connectedParts(count: number, edges: Pair[]): number[][] {
  const neighbours: number[][] = Array.from({ length: count }, () => []);
  for (const [from, to] of edges) {
    neighbours[from].push(to);
    neighbours[to].push(from);
  }
  const seen = new Uint8Array(count);
  const parts: number[][] = [];
  for (let first = 0; first < count; first += 1) {
    if (seen[first]) continue;
    seen[first] = 1;
    const part = [first];
    for (let at = 0; at < part.length; at += 1) {
      for (const other of neighbours[part[at]]) {
        if (!seen[other]) part.push(other);
        seen[other] = 1;
      }
    }
    parts.push(part.sort((a, b) => a - b));
  }
  return parts;
}
