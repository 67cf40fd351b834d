// The canvas: cards and wires that can be moved, joined and walked by pointer and by keyboard.
import { type KeyboardEvent, type PointerEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Icon, IconButton } from "../../ui";
import type { PipelineModel } from "../../document/model";
import { Card } from "./CanvasCard";
import { type CardShape, CARD_HEIGHT, CARD_WIDTH, type Places, portY, refusal, snapped, type WireShape } from "./shapes";
import { useView } from "./useView";

export interface LiveNode {
  status: string;
  figure?: string;
}

interface Props {
  model: PipelineModel;
  cards: CardShape[];
  wires: WireShape[];
  selection: string[];
  wire: string | null;
  troubled: Set<string>;
  live: Record<string, LiveNode>;
  canEdit: boolean;
  onSelect: (names: string[]) => void;
  onSelectWire: (id: string | null) => void;
  onMove: (places: Places) => void;
  onConnect: (from: CardShape, output: number, to: CardShape, input: number) => void;
  onDrop: (use: string, at: { x: number; y: number }) => void;
  onOpen: () => void;
  onRemove: () => void;
  announce: (text: string) => void;
}

interface Drawing {
  from: CardShape;
  output: number;
  x: number;
  y: number;
  byKey?: boolean;
}

export function Canvas(props: Props) {
  const { model, cards, wires, selection, wire, troubled, live, canEdit } = props;
  const frame = useRef<SVGSVGElement>(null);
  const world = useRef<SVGGElement>(null);
  const { view, fit, zoom, toWorld, pan, reveal } = useView(frame, cards);
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  const [box, setBox] = useState<{ x: number; y: number; left: number; top: number } | null>(null);
  const drag = useRef<{ names: string[]; x: number; y: number; dx: number; dy: number; moved: boolean } | null>(null);
  const fitted = useRef(false);

  useLayoutEffect(() => {
    if (fitted.current || cards.length === 0) return;
    fitted.current = true;
    fit();
  }, [cards.length, fit]);

  // While cards are dragged only their transforms change: React draws again when they are dropped.
  const shift = (names: string[], dx: number, dy: number) => {
    for (const name of names) {
      const card = cards.find((card) => card.node.name === name);
      const element = world.current?.querySelector(`[data-node="${CSS.escape(name)}"]`);
      if (card && element) element.setAttribute("transform", `translate(${card.x + dx} ${card.y + dy})`);
    }
    const moved = new Set(names);
    for (const shape of wires) {
      if (!moved.has(shape.from.node.name) && !moved.has(shape.to.node.name)) continue;
      const path = world.current?.querySelectorAll(`[data-wire="${CSS.escape(shape.id)}"] path`);
      const by = (name: string) => (moved.has(name) ? { dx, dy } : { dx: 0, dy: 0 });
      path?.forEach((item) => item.setAttribute("d", wirePath(shape, by(shape.from.node.name), by(shape.to.node.name))));
    }
  };

  const grab = (event: PointerEvent, card: CardShape) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    const name = card.node.name;
    const names = event.shiftKey
      ? selection.includes(name) ? selection.filter((other) => other !== name) : [...selection, name]
      : selection.includes(name) ? selection : [name];
    props.onSelect(names);
    frame.current?.setPointerCapture(event.pointerId);
    if (canEdit) drag.current = { names, x: event.clientX, y: event.clientY, dx: 0, dy: 0, moved: false };
  };

  const moved = (event: PointerEvent) => {
    if (drawing && !drawing.byKey) {
      const at = toWorld(event);
      setDrawing({ ...drawing, ...at });
      return;
    }
    if (box) {
      const at = toWorld(event);
      setBox({ ...box, x: at.x, y: at.y });
      return;
    }
    if (pan.move(event)) return;
    const held = drag.current;
    if (!held) return;
    held.dx = snapped((event.clientX - held.x) / view.scale);
    held.dy = snapped((event.clientY - held.y) / view.scale);
    held.moved = held.moved || Math.abs(event.clientX - held.x) + Math.abs(event.clientY - held.y) > 3;
    if (held.moved) shift(held.names, held.dx, held.dy);
  };

  const dropped = (event: PointerEvent) => {
    pan.end();
    const held = drag.current;
    drag.current = null;
    if (held?.moved && (held.dx !== 0 || held.dy !== 0)) {
      const places: Places = {};
      for (const name of held.names) {
        const card = cards.find((card) => card.node.name === name);
        if (card) places[name] = { x: snapped(card.x + held.dx), y: snapped(card.y + held.dy) };
      }
      props.onMove(places);
    }
    if (box) {
      const [x1, x2] = [Math.min(box.left, box.x), Math.max(box.left, box.x)];
      const [y1, y2] = [Math.min(box.top, box.y), Math.max(box.top, box.y)];
      const inside = cards.filter((card) => card.x < x2 && card.x + CARD_WIDTH > x1 && card.y < y2 && card.y + CARD_HEIGHT > y1);
      props.onSelect(inside.map((card) => card.node.name));
      setBox(null);
    }
    if (drawing && !drawing.byKey) {
      const target = portAt(event);
      if (target) join(drawing, target.card, target.input);
      setDrawing(null);
    }
  };

  const portAt = (event: PointerEvent) => {
    const at = toWorld(event);
    for (const card of cards) {
      if (at.x < card.x - 24 || at.x > card.x + CARD_WIDTH || at.y < card.y - 8 || at.y > card.y + CARD_HEIGHT + 8) continue;
      const free = card.inputs.map((_, index) => index);
      const near = free.sort((a, b) =>
        Math.abs(card.y + portY(card.inputs.length, a) - at.y) - Math.abs(card.y + portY(card.inputs.length, b) - at.y));
      const fits = near.find((index) => drawing && refusal(model, drawing.from, drawing.output, card, index) === null);
      return { card, input: fits ?? near[0] ?? 0 };
    }
    return null;
  };

  const join = (from: Drawing, card: CardShape, input: number) => {
    const reason = refusal(model, from.from, from.output, card, input);
    if (reason) {
      props.announce(reason);
      return;
    }
    props.onConnect(from.from, from.output, card, input);
    props.announce(`${from.from.node.name} joined to ${card.node.name}`);
  };

  const walk = (event: KeyboardEvent, name: string) => {
    const here = cards.find((card) => card.node.name === name);
    if (!here) return;
    const go = (to?: CardShape) => {
      if (!to) return;
      event.preventDefault();
      props.onSelect([to.node.name]);
      reveal(to);
      (world.current?.querySelector(`[data-node="${CSS.escape(to.node.name)}"]`) as SVGGElement | null)?.focus();
      if (drawing?.byKey) {
        const input = to.inputs.findIndex((_, index) => refusal(model, drawing.from, drawing.output, to, index) === null);
        props.announce(input < 0 ? refusal(model, drawing.from, drawing.output, to, 0) ?? "" : `Enter joins ${drawing.from.node.name} to ${to.node.name}, ${to.inputs[input].name}`);
      }
    };
    const byDistance = (list: CardShape[]) => list.sort((a, b) => Math.hypot(a.x - here.x, a.y - here.y) - Math.hypot(b.x - here.x, b.y - here.y))[0];
    if (event.key === "ArrowRight") go(byDistance(cards.filter((card) => card.x > here.x + 8)));
    else if (event.key === "ArrowLeft") go(byDistance(cards.filter((card) => card.x < here.x - 8)));
    else if (event.key === "ArrowDown") go(byDistance(cards.filter((card) => card.y > here.y + 8)));
    else if (event.key === "ArrowUp") go(byDistance(cards.filter((card) => card.y < here.y - 8)));
    else if (event.key === "Escape" && drawing) {
      event.stopPropagation();
      setDrawing(null);
      props.announce("No edge was drawn");
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (drawing?.byKey) {
        const input = here.inputs.findIndex((_, index) => refusal(model, drawing.from, drawing.output, here, index) === null);
        join(drawing, here, Math.max(input, 0));
        setDrawing(null);
      } else props.onOpen();
    } else if ((event.key === "c" || event.key === "C") && canEdit && !event.ctrlKey && !event.metaKey && here.outputs.length > 0) {
      event.preventDefault();
      event.stopPropagation();
      setDrawing({ from: here, output: 0, x: here.x + CARD_WIDTH + 40, y: here.y, byKey: true });
      props.announce(`Joining ${here.node.name}: choose a node with the arrows, Enter joins, Escape ends`);
    } else if ((event.key === "Delete" || event.key === "Backspace") && canEdit) {
      event.preventDefault();
      props.onRemove();
    }
  };

  useEffect(() => {
    if (drawing && !cards.some((card) => card.node.name === drawing.from.node.name)) setDrawing(null);
  }, [cards, drawing]);

  return (
    <div className="dz-canvas" onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        const use = event.dataTransfer.getData("application/x-ote-component");
        if (use) props.onDrop(use, toWorld(event));
      }}>
      <svg ref={frame} className={drawing ? "dz-svg is-drawing" : "dz-svg"} role="group" aria-label="Pipeline canvas"
        onPointerDown={(event) => {
          if (pan.start(event)) return;
          if (event.button !== 0) return;
          props.onSelectWire(null);
          const at = toWorld(event);
          event.currentTarget.setPointerCapture(event.pointerId);
          if (event.shiftKey) setBox({ x: at.x, y: at.y, left: at.x, top: at.y });
          else {
            props.onSelect([]);
            pan.start(event, true);
          }
        }}
        onPointerMove={moved} onPointerUp={dropped} onPointerCancel={dropped}>
        <g ref={world} transform={`translate(${view.x} ${view.y}) scale(${view.scale})`}>
          {wires.map((shape) => (
            <g key={shape.id} data-wire={shape.id} className={wireClass(shape, wire)}
              onPointerDown={(event) => {
                event.stopPropagation();
                props.onSelectWire(shape.id);
              }}>
              <path className="dz-wire-touch" d={wirePath(shape)} />
              <path className="dz-wire" d={wirePath(shape)} />
            </g>
          ))}
          {cards.map((card) => (
            <Card key={card.node.name} card={card} isSelected={selection.includes(card.node.name)}
              isTroubled={troubled.has(card.node.name)} live={live[card.node.name]}
              offered={drawing ? card.inputs.map((_, index) => refusal(model, drawing.from, drawing.output, card, index)) : null}
              onGrab={(event) => grab(event, card)} onKeyDown={(event) => walk(event, card.node.name)} onOpen={props.onOpen}
              onFocus={() => { if (!selection.includes(card.node.name)) props.onSelect([card.node.name]); }}
              onWire={(event, output) => {
                if (!canEdit) return;
                event.stopPropagation();
                frame.current?.setPointerCapture(event.pointerId);
                const at = toWorld(event);
                setDrawing({ from: card, output, ...at });
              }} />
          ))}
          {drawing && !drawing.byKey && (
            <path className="dz-wire is-new" d={curve(drawing.from.x + CARD_WIDTH, drawing.from.y + portY(drawing.from.outputs.length, drawing.output), drawing.x, drawing.y)} />
          )}
          {box && (
            <rect className="dz-box" x={Math.min(box.left, box.x)} y={Math.min(box.top, box.y)}
              width={Math.abs(box.x - box.left)} height={Math.abs(box.y - box.top)} />
          )}
        </g>
      </svg>
      <div className="dz-zoom" role="toolbar" aria-label="View">
        <IconButton icon="plus" label="Zoom in" size="small" onClick={() => zoom(1.2)} />
        <IconButton icon="minus" label="Zoom out" size="small" onClick={() => zoom(1 / 1.2)} />
        <button type="button" className="dz-fit" onClick={fit}><Icon name="fit" />Fit</button>
      </div>
    </div>
  );
}

function wireClass(shape: WireShape, selected: string | null): string {
  const type = shape.from.outputs[shape.output]?.type ?? "table";
  return `dz-wire-group is-${type}${shape.id === selected ? " is-selected" : ""}${shape.adapts ? " is-adapted" : ""}`;
}

function curve(x1: number, y1: number, x2: number, y2: number): string {
  const bend = Math.max(36, Math.abs(x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

function wirePath(shape: WireShape, from = { dx: 0, dy: 0 }, to = { dx: 0, dy: 0 }): string {
  return curve(
    shape.from.x + from.dx + CARD_WIDTH, shape.from.y + from.dy + portY(shape.from.outputs.length, shape.output),
    shape.to.x + to.dx, shape.to.y + to.dy + portY(shape.to.inputs.length, shape.input),
  );
}
