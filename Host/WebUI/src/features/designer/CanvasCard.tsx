// A node on the canvas: kind, name, component, status edge, one live figure, and its ports.
import type { KeyboardEvent, PointerEvent } from "react";
import { Icon } from "../../ui";
import type { LiveNode } from "./Canvas";
import { type CardShape, CARD_HEIGHT, CARD_WIDTH, portY } from "./shapes";

interface Props {
  card: CardShape;
  isSelected: boolean;
  isTroubled: boolean;
  live?: LiveNode;
  /** While an edge is drawn: by input, why it can't end there, or null where it can. */
  offered: (string | null)[] | null;
  onGrab: (event: PointerEvent) => void;
  onKeyDown: (event: KeyboardEvent) => void;
  onOpen: () => void;
  onFocus: () => void;
  onWire: (event: PointerEvent, output: number) => void;
}

const clip = (text: string, length: number) => (text.length > length ? text.slice(0, length - 1) + "…" : text);

export function Card({ card, isSelected, isTroubled, live, offered, onGrab, onKeyDown, onOpen, onFocus, onWire }: Props) {
  const { node, component } = card;
  const isOffered = offered?.some((reason) => reason === null) ?? true;
  const words = [node.name, component?.title ?? `${node.use}, which is not installed`, live?.status, isTroubled ? "has problems" : ""];
  return (
    <g data-node={node.name} transform={`translate(${card.x} ${card.y})`} tabIndex={0} role="button"
      aria-label={words.filter(Boolean).join(", ")} aria-pressed={isSelected}
      className={`dz-card${isSelected ? " is-selected" : ""}${component ? "" : " is-missing"}${offered && !isOffered ? " is-dim" : ""}`}
      onPointerDown={onGrab} onDoubleClick={onOpen} onKeyDown={onKeyDown} onFocus={onFocus}>
      <title>{offered && !isOffered ? offered[0] ?? "takes no input" : component?.summary ?? `${node.use} is not installed`}</title>
      <rect className="dz-card-body" width={CARD_WIDTH} height={CARD_HEIGHT} rx={6} />
      <rect className={`dz-card-edge is-${isTroubled ? "trouble" : live?.status ?? "none"}`} width={4} height={CARD_HEIGHT - 12} x={0} y={6} rx={2} />
      <foreignObject x={14} y={12} width={18} height={18}><Icon name={component?.kind ?? "warning"} /></foreignObject>
      <text className="dz-card-name" x={38} y={26}>{clip(node.name, 22)}</text>
      <text className="dz-card-use" x={14} y={46}>{clip(component?.title ?? node.use, live?.figure ? 16 : 28)}</text>
      {live?.figure && <text className="dz-card-figure" x={CARD_WIDTH - 14} y={46}>{live.figure}</text>}
      {isTroubled && <circle className="dz-card-dot" cx={CARD_WIDTH - 14} cy={20} r={4} />}
      {card.inputs.map((port, index) => (
        <g key={port.name} className={`dz-port is-${port.type}${offered ? (offered[index] === null ? " is-open" : " is-closed") : ""}`}
          transform={`translate(0 ${portY(card.inputs.length, index)})`}>
          <title>{offered?.[index] ?? `${port.name}: ${port.type}${port.many ? ", any number" : ""}`}</title>
          <PortMark type={port.type} />
        </g>
      ))}
      {card.outputs.map((port, index) => (
        <g key={port.name} className={`dz-port is-out is-${port.type}`} data-port={port.name}
          transform={`translate(${CARD_WIDTH} ${portY(card.outputs.length, index)})`} onPointerDown={(event) => onWire(event, index)}>
          <title>{`${port.name}: ${port.type}. Drag to an input.`}</title>
          <circle className="dz-port-touch" r={12} />
          <PortMark type={port.type} />
        </g>
      ))}
    </g>
  );
}

/** The type by shape too, not by colour alone. */
function PortMark({ type }: { type: string }) {
  if (type === "files") return <rect className="dz-port-mark" x={-5} y={-5} width={10} height={10} rx={1} />;
  if (type === "model") return <path className="dz-port-mark" d="M0 -6L6 0L0 6L-6 0Z" />;
  if (type === "report") return <path className="dz-port-mark" d="M-5 -5L6 0L-5 5Z" />;
  return <circle className="dz-port-mark" r={5} />;
}
