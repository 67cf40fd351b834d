// From edge to edge by keyboard.
import type { WireShape } from "./shapes";

/** Edges of a node, those that leave it first. */
function edgesOf(wires: WireShape[], node: string): WireShape[] {
  return [...wires.filter((wire) => wire.from.node.name === node), ...wires.filter((wire) => wire.to.node.name === node)];
}

/** The edge that a step goes to: round the edges of the node that one came from, or round all where that is none of its own. */
export function nextEdge(wires: WireShape[], node: string | undefined, chosen: string | null, step: 1 | -1 = 1): WireShape | undefined {
  const own = node === undefined ? [] : edgesOf(wires, node);
  const list = node !== undefined && (chosen === null || own.some((wire) => wire.id === chosen)) ? own : wires;
  if (list.length === 0) return undefined;
  const at = list.findIndex((wire) => wire.id === chosen);
  return at < 0 ? list[0] : list[(at + step + list.length) % list.length];
}
