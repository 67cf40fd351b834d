// The columns that the host found on an edge when it checked the document.
import type { CheckedNode } from "../../api";
import type { WireShape } from "./shapes";

export interface EdgeColumn {
  name: string;
  type: string;
}

export function columnsOn(wire: WireShape, checked: CheckedNode[]): EdgeColumn[] | null {
  const outputs = checked.find((node) => node.name === wire.from.node.name)?.outputs as Record<string, EdgeColumn[] | null> | undefined;
  const port = wire.from.outputs[wire.output]?.name;
  return (port !== undefined && outputs?.[port]) || null;
}
