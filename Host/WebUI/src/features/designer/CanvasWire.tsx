// An edge on the canvas, with how many columns go along it.
import { type KeyboardEvent, memo } from "react";
import { CARD_WIDTH, portY, type WireShape } from "./shapes";

interface Props {
  shape: WireShape;
  isSelected: boolean;
  /** Names of its columns, in one text; undefined where they aren't known. */
  columns?: string;
  count?: number;
  onChoose: (id: string) => void;
  onKey: (event: KeyboardEvent, id: string) => void;
}

export const Wire = memo(function Wire({ shape, isSelected, columns, count, onChoose, onKey }: Props) {
  const type = shape.from.outputs[shape.output]?.type ?? "table";
  const path = wirePath(shape);
  const label = count === undefined ? "" : `${count} col${count === 1 ? "" : "s"}`;
  return (
    <g data-wire={shape.id} role="button" tabIndex={isSelected ? 0 : -1} aria-pressed={isSelected} aria-label={`${shape.from.node.name} to ${shape.to.node.name}`}
      className={`dz-wire-group is-${type}${isSelected ? " is-selected" : ""}${shape.adapts ? " is-adapted" : ""}`}
      onPointerDown={(event) => { event.stopPropagation(); onChoose(shape.id); }} onKeyDown={(event) => onKey(event, shape.id)}>
      <title>{columns ?? `${type}${shape.adapts ? ", read as a table" : ""}`}</title>
      <path className="dz-wire-touch" d={path} />
      <path className="dz-wire" d={path} />
      {label && <text className="dz-wire-label" {...middleOf(shape)}>{label}</text>}
    </g>
  );
});

function ends(shape: WireShape) {
  return {
    x1: shape.from.x + CARD_WIDTH, y1: shape.from.y + portY(shape.from.outputs.length, shape.output),
    x2: shape.to.x, y2: shape.to.y + portY(shape.to.inputs.length, shape.input),
  };
}

function middleOf(shape: WireShape): { x: number; y: number } {
  const { x1, y1, x2, y2 } = ends(shape);
  return { x: (x1 + x2) / 2, y: (y1 + y2) / 2 - 6 };
}

export function curve(x1: number, y1: number, x2: number, y2: number): string {
  const bend = Math.max(36, Math.abs(x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

export function wirePath(shape: WireShape, from = { dx: 0, dy: 0 }, to = { dx: 0, dy: 0 }): string {
  const { x1, y1, x2, y2 } = ends(shape);
  return curve(x1 + from.dx, y1 + from.dy, x2 + to.dx, y2 + to.dy);
}
