// First step of the layout: edges without cycles, and a rank (column) for every node by longest path.

export type Pair = [number, number];

/** Turns the edges that close a cycle around; self loops and repeats are left out. Deterministic by node order. */
export function withoutCycles(count: number, edges: Pair[]): Pair[] {
  const out = successors(count, edges);
  const state = new Uint8Array(count); // 0 not seen, 1 on the path, 2 done
  const turned = new Set<number>();
  for (let root = 0; root < count; root += 1) {
    if (state[root] !== 0) continue;
    const path: { node: number; next: number }[] = [{ node: root, next: 0 }];
    state[root] = 1;
    while (path.length > 0) {
      const top = path[path.length - 1];
      const targets = out[top.node];
      if (top.next === targets.length) {
        state[top.node] = 2;
        path.pop();
        continue;
      }
      const target = targets[top.next];
      top.next += 1;
      if (state[target] === 1) turned.add(top.node * count + target);
      else if (state[target] === 0) {
        state[target] = 1;
        path.push({ node: target, next: 0 });
      }
    }
  }
  const seen = new Set<number>();
  const kept: Pair[] = [];
  for (const [from, to] of edges) {
    if (from === to) continue;
    const pair: Pair = turned.has(from * count + to) ? [to, from] : [from, to];
    const key = pair[0] * count + pair[1];
    if (!seen.has(key)) kept.push(pair);
    seen.add(key);
  }
  return kept;
}

/** Rank 0 is the leftmost column. Nodes that mostly feed others are pulled to them, so that edges stay short. */
export function ranks(count: number, edges: Pair[]): number[] {
  const out = successors(count, edges);
  const waiting = new Array<number>(count).fill(0);
  for (const [, to] of edges) waiting[to] += 1;
  const incoming = waiting.slice();
  const rank = new Array<number>(count).fill(0);
  const order: number[] = [];
  for (let node = 0; node < count; node += 1) if (waiting[node] === 0) order.push(node);
  for (let at = 0; at < order.length; at += 1) {
    for (const target of out[order[at]]) {
      rank[target] = Math.max(rank[target], rank[order[at]] + 1);
      waiting[target] -= 1;
      if (waiting[target] === 0) order.push(target);
    }
  }
  for (let at = order.length - 1; at >= 0; at -= 1) {
    const node = order[at];
    if (out[node].length > incoming[node]) rank[node] = Math.min(...out[node].map((target) => rank[target])) - 1;
  }
  const lowest = rank.reduce((least, value) => Math.min(least, value), Infinity);
  return rank.map((value) => value - lowest);
}

export function successors(count: number, edges: Pair[]): number[][] {
  const out: number[][] = Array.from({ length: count }, () => []);
  for (const [from, to] of edges) out[from].push(to);
  return out;
}
