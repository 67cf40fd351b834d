// The canvas: cards and wires that can be moved, joined and walked by pointer and by keyboard.
import { type KeyboardEvent, type PointerEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { CheckedNode } from "../../api";
import { useCommand } from "../../app/commands";
import { Icon, IconButton } from "../../ui";
import type { PipelineModel } from "../../document/model";
import { neighbour, type Direction } from "../../graph/walk";
import { Card, type CardActions } from "./CanvasCard";
import { curve, Wire, wirePath } from "./CanvasWire";
import { columnsOn } from "./edgeColumns";
import { nextEdge } from "./edgeWalk";
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
  checked: CheckedNode[];
  canEdit: boolean;
  /** Which drawers are open: the drawing is fitted to the room that they leave. */
  room: string;
  /** A node to bring into view; a new object does so again. */
  shown?: { name: string } | null;
  onSelect: (names: string[]) => void;
  onSelectWire: (id: string | null) => void;
  onMove: (places: Places) => void;
  onConnect: (from: CardShape, output: number, to: CardShape, input: number) => void;
  onDrop: (use: string, at: { x: number; y: number }) => void;
  onOpen: () => void;
  onRemove: () => void;
  /** A port was pressed and let go in place. */
  onPort: (name: string, side: "input" | "output", index: number) => void;
  announce: (text: string) => void;
}

interface Drawing {
  from: CardShape;
  output: number;
  x: number;
  y: number;
  moved: boolean;
  /** Where it would end, or why it can't. */
  target?: { card: CardShape; input: number; reason: string | null };
}

interface Drag {
  names: Set<string>;
  cards: { element: SVGGElement; card: CardShape }[];
  wires: { paths: SVGPathElement[]; shape: WireShape }[];
  x: number;
  y: number;
  dx: number;
  dy: number;
  moved: boolean;
}

/** Below this scale a card shows its name alone, larger. */
const FAR = 0.65;

export function Canvas(props: Props) {
  const { model, cards, wires, selection, wire, troubled, live, canEdit } = props;
  const frame = useRef<SVGSVGElement>(null);
  const world = useRef<SVGGElement>(null);
  const { view, fit, zoom, toWorld, pan, reveal } = useView(frame, cards, props.room);
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  const [box, setBox] = useState<{ x: number; y: number; left: number; top: number } | null>(null);
  const drag = useRef<Drag | null>(null);
  const pressed = useRef(false);
  const port = useRef<{ name: string; side: "input" | "output"; index: number; x: number; y: number } | null>(null);
  const fitted = useRef(false);

  useLayoutEffect(() => {
    if (fitted.current || cards.length === 0) return;
    fitted.current = true;
    fit();
  }, [cards.length, fit]);

  useEffect(() => {
    const card = props.shown ? cardOf(props.shown.name) : undefined;
    if (card) reveal(card);
    // Once for each wish: cards that move later don't move the drawing.
  }, [props.shown]);

  // While cards are dragged only their transforms change: React draws again when they are dropped.
  const shift = (held: Drag) => {
    const { dx, dy } = held;
    for (const { element, card } of held.cards) element.setAttribute("transform", `translate(${card.x + dx} ${card.y + dy})`);
    const by = (name: string) => (held.names.has(name) ? { dx, dy } : { dx: 0, dy: 0 });
    for (const { paths, shape } of held.wires) {
      const path = wirePath(shape, by(shape.from.node.name), by(shape.to.node.name));
      for (const item of paths) item.setAttribute("d", path);
    }
  };

  const heldBy = (event: PointerEvent, list: string[]): Drag => {
    const names = new Set(list);
    const element = (kind: string, id: string) => world.current?.querySelector<SVGGElement>(`[data-${kind}="${CSS.escape(id)}"]`);
    return {
      names, x: event.clientX, y: event.clientY, dx: 0, dy: 0, moved: false,
      cards: cards.flatMap((card) => { const found = names.has(card.node.name) && element("node", card.node.name); return found ? [{ element: found, card }] : []; }),
      wires: wires.flatMap((shape) => {
        const found = (names.has(shape.from.node.name) || names.has(shape.to.node.name)) && element("wire", shape.id);
        return found ? [{ paths: Array.from(found.querySelectorAll("path")), shape }] : [];
      }),
    };
  };

  const cardOf = (name: string) => cards.find((card) => card.node.name === name);

  const grab = (event: PointerEvent, name: string) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    const names = event.shiftKey
      ? selection.includes(name) ? selection.filter((other) => other !== name) : [...selection, name]
      : selection.includes(name) ? selection : [name];
    // The focus that follows must not choose this one alone.
    pressed.current = true;
    window.requestAnimationFrame(() => (pressed.current = false));
    props.onSelect(names);
    props.onSelectWire(null);
    frame.current?.setPointerCapture(event.pointerId);
    if (canEdit) drag.current = heldBy(event, names);
  };

  const pressPort = (event: PointerEvent, name: string, side: "input" | "output", index: number) => {
    const card = cardOf(name);
    if (!canEdit || event.button !== 0 || !card) return;
    event.stopPropagation();
    frame.current?.setPointerCapture(event.pointerId);
    port.current = { name, side, index, x: event.clientX, y: event.clientY };
    if (side === "output") setDrawing({ from: card, output: index, moved: false, ...toWorld(event) });
  };

  const moved = (event: PointerEvent) => {
    if (drawing) {
      const began = port.current;
      const target = portAt(event);
      const far = began ? Math.hypot(event.clientX - began.x, event.clientY - began.y) > 4 : true;
      setDrawing({ ...drawing, ...toWorld(event), target: target ?? undefined, moved: drawing.moved || far });
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
    if (held.moved) shift(held);
  };

  const dropped = (event: PointerEvent) => {
    pan.end();
    const held = drag.current;
    drag.current = null;
    if (held?.moved && (held.dx !== 0 || held.dy !== 0)) {
      const places: Places = {};
      for (const { card } of held.cards) places[card.node.name] = { x: snapped(card.x + held.dx), y: snapped(card.y + held.dy) };
      props.onMove(places);
    }
    if (box) {
      const [x1, x2] = [Math.min(box.left, box.x), Math.max(box.left, box.x)];
      const [y1, y2] = [Math.min(box.top, box.y), Math.max(box.top, box.y)];
      const inside = cards.filter((card) => card.x < x2 && card.x + CARD_WIDTH > x1 && card.y < y2 && card.y + CARD_HEIGHT > y1);
      props.onSelect(inside.map((card) => card.node.name));
      props.announce(`${inside.length} chosen`);
      setBox(null);
    }
    const began = port.current;
    port.current = null;
    if (began && event.type === "pointerup" && !drawing?.moved) props.onPort(began.name, began.side, began.index);
    else if (drawing && event.type === "pointerup") {
      const target = portAt(event);
      if (target) join(drawing, target.card, target.input);
    }
    setDrawing(null);
  };

  const portAt = (event: PointerEvent): Drawing["target"] | null => {
    const at = toWorld(event);
    for (const card of cards) {
      if (!drawing || card.node.name === drawing.from.node.name) continue;
      if (at.x < card.x - 24 || at.x > card.x + CARD_WIDTH || at.y < card.y - 8 || at.y > card.y + CARD_HEIGHT + 8) continue;
      const away = (index: number) => Math.abs(card.y + portY(card.inputs.length, index) - at.y);
      const near = card.inputs.map((_, index) => index).sort((a, b) => away(a) - away(b));
      const reason = (index: number) => refusal(model, drawing.from, drawing.output, card, index);
      // On the port itself that port is meant; elsewhere on the card the nearest that fits.
      const onPort = at.x < card.x + 12 && near.length > 0 && away(near[0]) < 12;
      const input = (onPort ? near[0] : near.find((index) => reason(index) === null)) ?? near[0] ?? 0;
      return { card, input, reason: reason(input) };
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
  };

  const focusCard = (name: string) => world.current?.querySelector<SVGGElement>(`[data-node="${CSS.escape(name)}"] .dz-card-face`)?.focus();

  const walk = (event: KeyboardEvent, name: string) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow")) {
      event.preventDefault();
      const places = Object.fromEntries(cards.map((card) => [card.node.name, { x: card.x, y: card.y }]));
      const to = cardOf(neighbour(name, event.key as Direction, places, model.edges) ?? "");
      if (!to) return;
      props.onSelect(event.shiftKey ? Array.from(new Set([...selection, to.node.name])) : [to.node.name]);
      reveal(to);
      pressed.current = true;
      focusCard(to.node.name);
      pressed.current = false;
    } else if (event.key === "Enter") {
      event.preventDefault();
      props.onSelect([name]);
      props.onOpen();
    } else if (event.key === " ") {
      event.preventDefault();
      props.onSelect(selection.includes(name) ? selection.filter((other) => other !== name) : [...selection, name]);
    } else if (event.key === "Escape") {
      props.onSelect([]);
      props.onSelectWire(null);
    } else if (event.key === "Backspace" && canEdit) {
      event.preventDefault();
      props.onRemove();
    }
  };

  /** The node whose edges are walked. */
  const walked = useRef<string>();
  const goToWire = (shape: WireShape) => {
    chooseWire.current(shape.id);
    props.announce(`Edge ${shape.from.node.name} to ${shape.to.node.name}`);
    window.requestAnimationFrame(() => world.current?.querySelector<SVGGElement>(`[data-wire="${CSS.escape(shape.id)}"]`)?.focus());
  };

  const stepToEdge = () => {
    if (selection.length > 0) walked.current = selection[0];
    const next = nextEdge(wires, walked.current, wire);
    if (next) goToWire(next);
  };

  const walkWire = (event: KeyboardEvent, id: string) => {
    const shape = wires.find((item) => item.id === id);
    if (!shape || event.ctrlKey || event.metaKey || event.altKey) return;
    const end = { ArrowLeft: shape.from, ArrowRight: shape.to, Escape: shape.from }[event.key];
    const next = event.key === "ArrowDown" || event.key === "ArrowUp" ? nextEdge(wires, walked.current, id, event.key === "ArrowUp" ? -1 : 1) : undefined;
    if (end) {
      props.onSelectWire(null);
      props.onSelect([end.node.name]);
      reveal(end);
      focusCard(end.node.name);
    } else if (next) goToWire(next);
    else if (event.key === "Enter" || event.key === " ") chooseWire.current(id);
    else if (event.key === "Backspace" && canEdit) props.onRemove();
    else return;
    event.preventDefault();
  };

  // One object for all cards and for ever: what it calls is what the last drawing made.
  const latest = useRef<CardActions>();
  latest.current = {
    grab, key: walk, open: (name) => { props.onSelect([name]); props.onOpen(); }, port: pressPort,
    focus: (name) => { if (!pressed.current && !selection.includes(name)) props.onSelect([name]); },
  };
  const [on] = useState<CardActions>(() => ({
    grab: (...given) => latest.current?.grab(...given), key: (...given) => latest.current?.key(...given),
    open: (...given) => latest.current?.open(...given), port: (...given) => latest.current?.port(...given),
    focus: (...given) => latest.current?.focus(...given),
  }));
  const chooseWire = useRef(props.onSelectWire);
  chooseWire.current = (id) => { props.onSelect([]); props.onSelectWire(id); };
  const [onChoose] = useState(() => (id: string) => chooseWire.current(id));
  const walkedWire = useRef(walkWire);
  walkedWire.current = walkWire;
  const [onWireKey] = useState(() => (event: KeyboardEvent, id: string) => walkedWire.current(event, id));

  const drawnFrom = drawing?.moved ? drawing.from : null;
  const drawnOutput = drawing?.output ?? 0;
  const offers = useMemo(() => {
    if (!drawnFrom) return null;
    return new Map(cards.map((card) => [card.node.name, card.inputs.map((_, index) => refusal(model, drawnFrom, drawnOutput, card, index))]));
  }, [model, cards, drawnFrom, drawnOutput]);
  const columns = useMemo(() => new Map(wires.map((shape) => {
    const found = columnsOn(shape, props.checked);
    return [shape.id, found ? { count: found.length, text: found.map((column) => `${column.name} ${column.type}`).join("\n") } : undefined];
  })), [wires, props.checked]);

  useCommand({ id: "designer.walk", title: "Walk the nodes", keys: "arrowright", group: "Designer", hidden: true, run: () => { const first = selection[0] ?? cards[0]?.node.name; if (first) focusCard(first); } });
  useCommand(wires.length > 0 ? { id: "designer.edge", title: "Choose an edge", keys: "e", group: "Designer", run: stepToEdge } : null);
  useCommand({ id: "designer.fit", title: "Fit the canvas", keys: "f", group: "Designer", run: fit });
  useCommand({ id: "designer.zoomin", title: "Zoom in", keys: "=", group: "Designer", hidden: true, run: () => zoom(1.2) });
  useCommand({ id: "designer.zoomout", title: "Zoom out", keys: "-", group: "Designer", hidden: true, run: () => zoom(1 / 1.2) });

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
        <g ref={world} className={view.scale < FAR ? "is-far" : undefined} transform={`translate(${view.x} ${view.y}) scale(${view.scale})`}>
          {wires.map((shape) => (
            <Wire key={shape.id} shape={shape} isSelected={shape.id === wire} columns={columns.get(shape.id)?.text} count={columns.get(shape.id)?.count} onChoose={onChoose} onKey={onWireKey} />
          ))}
          {cards.map((card) => (
            <Card key={card.node.name} card={card} isSelected={selection.includes(card.node.name)} isTroubled={troubled.has(card.node.name)}
              live={live[card.node.name]} offered={offers?.get(card.node.name) ?? null} on={on} />
          ))}
          {drawing?.moved && <path className={drawing.target?.reason ? "dz-wire is-new is-refused" : "dz-wire is-new"} d={drawnPath(drawing)} />}
          {box && (
            <rect className="dz-box" x={Math.min(box.left, box.x)} y={Math.min(box.top, box.y)}
              width={Math.abs(box.x - box.left)} height={Math.abs(box.y - box.top)} />
          )}
        </g>
      </svg>
      {drawing?.moved && drawing.target && (
        <div className={drawing.target.reason ? "dz-hint is-refused" : "dz-hint"} role="status"
          style={{ left: drawing.x * view.scale + view.x + 14, top: drawing.y * view.scale + view.y + 14 }}>
          <Icon name={drawing.target.reason ? "error" : "tick"} size={14} />
          {drawing.target.reason ?? `${drawing.target.card.node.name}, ${drawing.target.card.inputs[drawing.target.input].name}`}
        </div>
      )}
      <div className="dz-zoom" role="toolbar" aria-label="View">
        <IconButton icon="plus" label="Zoom in" size="small" onClick={() => zoom(1.2)} />
        <IconButton icon="minus" label="Zoom out" size="small" onClick={() => zoom(1 / 1.2)} />
        <button type="button" className="dz-fit" onClick={fit}><Icon name="fit" />Fit</button>
      </div>
    </div>
  );
}

/** It ends at the pointer, or at the port that would take it. */
function drawnPath({ from, output, x, y, target }: Drawing): string {
  const end = target && target.reason === null
    ? { x: target.card.x, y: target.card.y + portY(target.card.inputs.length, target.input) }
    : { x, y };
  return curve(from.x + CARD_WIDTH, from.y + portY(from.outputs.length, output), end.x, end.y);
}
