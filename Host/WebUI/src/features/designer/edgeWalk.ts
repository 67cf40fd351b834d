// From edge to edge by keyboard.
import type { WireShape } from "./shapes";

/** Edges of a node, those that leave it first; without a node, those that share an end with the chosen one, or all. */
function around(wires: WireShape[], node: string | undefined, current: WireShape | undefined): WireShape[] {
  if (node !== undefined) return [...wires.filter((wire) => wire.from.node.name === node), ...wires.filter((wire) => wire.to.node.name === node)];
  if (!current) return wires;
  const shared = wires.filter((wire) => wire.from.node.name === current.from.node.name || wire.to.node.name === current.to.node.name);
  return shared.length > 1 ? shared : wires;
}

/** The edge that a step goes to; it goes round. */
export function nextEdge(wires: WireShape[], node: string | undefined, chosen: string | null, step: 1 | -1 = 1): WireShape | undefined {
  const current = wires.find((wire) => wire.id === chosen);
  const list = around(wires, node, current);
  if (list.length === 0) return undefined;
  const at = list.findIndex((wire) => wire.id === chosen);
  return at < 0 ? list[0] : list[(at + step + list.length) % list.length];
}
