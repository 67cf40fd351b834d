// A node on the canvas: kind, name, component, status edge, one live figure, and its ports.
import { type KeyboardEvent, memo, type PointerEvent } from "react";
import { Icon } from "../../ui";
import type { LiveNode } from "./Canvas";
import { type CardShape, CARD_HEIGHT, CARD_WIDTH, portY } from "./shapes";

/** The same object for the life of the canvas: a card is drawn again only when something about it changes. */
export interface CardActions {
  grab: (event: PointerEvent, name: string) => void;
  key: (event: KeyboardEvent, name: string) => void;
  open: (name: string) => void;
  focus: (name: string) => void;
  port: (event: PointerEvent, name: string, side: "input" | "output", index: number) => void;
}

interface Props {
  card: CardShape;
  isSelected: boolean;
  isTroubled: boolean;
  live?: LiveNode;
  /** While an edge is drawn: by input, why it can't end there, or null where it can. */
  offered: (string | null)[] | null;
  on: CardActions;
}

const clip = (text: string, length: number) => (text.length > length ? text.slice(0, length - 1) + "…" : text);

export const Card = memo(function Card({ card, isSelected, isTroubled, live, offered, on }: Props) {
  const { node, component } = card;
  const name = node.name;
  const isDim = offered !== null && !offered.some((reason) => reason === null);
  const words = [component ? `${component.title}, ${component.kind}` : `${node.use}, which is not installed`, live?.status, isTroubled ? "has problems" : ""];
  const classes = ["dz-card", isSelected && "is-selected", !component && "is-missing", isDim && "is-dim", isTroubled && "is-troubled"];
  return (
    <g data-node={name} transform={`translate(${card.x} ${card.y})`} className={classes.filter(Boolean).join(" ")}>
      <g className="dz-card-face" role="button" tabIndex={0} aria-label={name} aria-description={words.filter(Boolean).join(", ")} aria-pressed={isSelected}
        onPointerDown={(event) => on.grab(event, name)} onDoubleClick={() => on.open(name)} onKeyDown={(event) => on.key(event, name)} onFocus={() => on.focus(name)}>
        <title>{isDim ? offered[0] ?? "It takes no input" : component?.summary ?? `${node.use} is not installed`}</title>
        <rect className="dz-card-body" width={CARD_WIDTH} height={CARD_HEIGHT} rx={8} />
        <path className={`dz-card-edge is-${isTroubled ? "trouble" : live?.status ?? "none"}`} d={`M2 10V${CARD_HEIGHT - 10}`} />
        <rect className={`dz-card-tile is-${component?.kind ?? "missing"}`} x={14} y={14} width={32} height={32} rx={7} />
        <g className={`dz-card-icon is-${component?.kind ?? "missing"}`} transform="translate(21 21)"><Icon name={component?.kind ?? "warn"} size={18} /></g>
        <text className="dz-card-name" x={56} y={27}>{clip(name, live?.status || isTroubled ? 16 : 19)}</text>
        <text className="dz-card-far" x={54} y={38} aria-hidden="true">{clip(name, isTroubled ? 10 : 12)}</text>
        <text className="dz-card-use" x={56} y={44}>{clip(component?.title ?? node.use, live?.figure ? 14 : 22)}</text>
        {live?.figure && <text className="dz-card-figure" x={CARD_WIDTH - 14} y={44}>{live.figure}</text>}
        {isTroubled && <g className="dz-card-mark" transform={`translate(${CARD_WIDTH - 28} 14)`}><Icon name="warn" size={14} /></g>}
      </g>
      {card.inputs.map((port, index) => (
        <g key={port.name} role="button" tabIndex={-1} aria-label={`${name} input ${port.name}`}
          className={`dz-port is-${port.type}${offered ? (offered[index] === null ? " is-open" : " is-closed") : ""}`}
          transform={`translate(0 ${portY(card.inputs.length, index)})`} onPointerDown={(event) => on.port(event, name, "input", index)}>
          <title>{offered?.[index] ?? `${port.name}: ${port.type}${port.many ? ", any number" : ""}`}</title>
          <circle className="dz-port-touch" r={11} />
          <PortMark type={port.type} />
        </g>
      ))}
      {card.outputs.map((port, index) => (
        <g key={port.name} role="button" tabIndex={-1} aria-label={`${name} output ${port.name}`} className={`dz-port is-out is-${port.type}`}
          transform={`translate(${CARD_WIDTH} ${portY(card.outputs.length, index)})`} onPointerDown={(event) => on.port(event, name, "output", index)}>
          <title>{`${port.name}: ${port.type}. Drag to an input.`}</title>
          <circle className="dz-port-touch" r={11} />
          <PortMark type={port.type} />
        </g>
      ))}
    </g>
  );
});

/** The type by shape too, not by colour alone. */
function PortMark({ type }: { type: string }) {
  if (type === "files") return <rect className="dz-port-mark" x={-5} y={-5} width={10} height={10} rx={1} />;
  if (type === "model") return <path className="dz-port-mark" d="M0 -6L6 0L0 6L-6 0Z" />;
  if (type === "report") return <path className="dz-port-mark" d="M-5 -5L6 0L-5 5Z" />;
  return <circle className="dz-port-mark" r={5} />;
}
