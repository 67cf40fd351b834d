// A graph to look at: nodes with their status, figures on the edges; pan, zoom, fit, and a walk by keyboard.
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef } from "react";
import "./graph.css";
import { layout, type LayoutEdge, type Point } from "./layout";
import { usePanZoom } from "./panZoom";
import { type Direction, neighbour } from "./walk";

export interface GraphNode {
  id: string;
  title: string;
  subtitle?: string;
  /** A status word: running, succeeded, failed, ... It chooses colour and mark. */
  status?: string;
  /** One live figure at the bottom right. */
  figure?: string;
  /** Drawn before the title, 16 pixels wide. */
  icon?: ReactNode;
  /** 0 to 1, where the work ahead is known. */
  progress?: number;
}

export interface GraphEdge extends LayoutEdge {
  label?: string;
  /** Data moves along it now. */
  flowing?: boolean;
  /** The reader is slower than the writer. */
  pressed?: boolean;
}

interface Props {
  label: string;
  nodes: GraphNode[];
  edges: GraphEdge[];
  selected?: string;
  onSelect?: (id: string | undefined) => void;
  /** Enter and double click. */
  onOpen?: (id: string) => void;
  height?: number | string;
}

const cardWidth = 196;
const cardHeight = 60;
const marks: Record<string, string> = {
  running: "●", succeeded: "✓", failed: "✕", stopped: "■", cancelled: "–", skipped: "–", waiting: "○", queued: "○",
};

export function LiveGraph({ label, nodes, edges, selected, onSelect, onOpen, height = 420 }: Props) {
  const frame = useRef<SVGSVGElement>(null);
  // The picture depends on who is joined to whom, not on the figures: live figures move nothing.
  const shape = JSON.stringify([nodes.map((node) => node.id), edges.map((edge) => [edge.from, edge.to])]);
  const places = useMemo(() => layout(
    nodes.map((node) => ({ id: node.id, width: cardWidth, height: cardHeight })), edges,
    { layerGap: edges.some((edge) => edge.label) ? 92 : 72 }
  ), [shape]);
  const bounds = useMemo(() => Object.values(places).reduce((size, point) => ({
    width: Math.max(size.width, point.x + cardWidth),
    height: Math.max(size.height, point.y + cardHeight),
  }), { width: 0, height: 0 }), [places]);
  const { view, fit, zoom, reveal, dragging } = usePanZoom(frame, bounds);

  useEffect(() => {
    const place = selected === undefined ? undefined : places[selected];
    if (place) reveal(place.x, place.y, cardWidth, cardHeight);
  }, [selected, places, reveal]);

  const pressed = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow")) {
      const next = selected === undefined
        ? nodes[0]?.id : neighbour(selected, event.key as Direction, places, edges);
      if (next !== undefined) onSelect?.(next);
    } else if (event.key === "Enter" && selected !== undefined) onOpen?.(selected);
    else if (event.key === "Escape" && selected !== undefined) onSelect?.(undefined);
    else if (event.key === "+" || event.key === "=") zoom(1.2);
    else if (event.key === "-") zoom(1 / 1.2);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const chosen = nodes.find((node) => node.id === selected);
  return (
    <div className="graph" style={{ height }}>
      <div
        role="application"
        tabIndex={0}
        aria-label={`${label}. Arrow keys walk it, Enter opens a node, plus and minus zoom, 0 fits.`}
        className="graph-frame"
        onKeyDown={pressed}
      >
        <svg ref={frame} className="graph-picture" aria-hidden="true" {...dragging}>
          <g transform={`translate(${view.x},${view.y}) scale(${view.scale})`}>
            {edges.map((edge) => (
              <EdgeView key={`${edge.from} ${edge.to}`} edge={edge} from={places[edge.from]} to={places[edge.to]} />
            ))}
            {nodes.map((node) => (
              <NodeView
                key={node.id}
                node={node}
                at={places[node.id]}
                selected={node.id === selected}
                onSelect={() => onSelect?.(node.id)}
                onOpen={() => onOpen?.(node.id)}
              />
            ))}
          </g>
        </svg>
        <span className="graph-spoken" aria-live="polite">
          {chosen && [chosen.title, chosen.subtitle, chosen.status, chosen.figure].filter(Boolean).join(", ")}
        </span>
      </div>
      <div className="graph-tools" role="group" aria-label="View">
        <button type="button" aria-label="Zoom out" title="Zoom out (-)" onClick={() => zoom(1 / 1.2)}>−</button>
        <button type="button" aria-label="Zoom in" title="Zoom in (+)" onClick={() => zoom(1.2)}>+</button>
        <button type="button" title="Show all (0)" onClick={() => fit()}>Fit</button>
      </div>
    </div>
  );
}

function EdgeView({ edge, from, to }: { edge: GraphEdge; from?: Point; to?: Point }) {
  if (!from || !to) return null;
  const [x1, y1] = [from.x + cardWidth, from.y + cardHeight / 2];
  const [x2, y2] = [to.x, to.y + cardHeight / 2];
  const bend = Math.max(24, Math.min(120, (x2 - x1) / 2));
  const state = edge.pressed ? " is-pressed" : edge.flowing ? " is-flowing" : "";
  return (
    <g className={`graph-edge${state}`}>
      <path d={`M${x1},${y1}C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`} />
      <path className="graph-arrow" d={`M${x2 - 6},${y2 - 3.5}L${x2},${y2}L${x2 - 6},${y2 + 3.5}`} />
      {edge.label && <text x={(x1 + x2) / 2} y={(y1 + y2) / 2 - 5} textAnchor="middle">{edge.label}</text>}
      {edge.pressed && <text x={(x1 + x2) / 2} y={(y1 + y2) / 2 + 14} textAnchor="middle">reader slower</text>}
    </g>
  );
}

interface NodeProps {
  node: GraphNode;
  at?: Point;
  selected: boolean;
  onSelect: () => void;
  onOpen: () => void;
}

function NodeView({ node, at, selected, onSelect, onOpen }: NodeProps) {
  if (!at) return null;
  const textLeft = node.icon ? 34 : 14;
  return (
    <g
      data-node={node.id}
      className={`graph-node is-${node.status ?? "plain"}${selected ? " is-selected" : ""}`}
      transform={`translate(${at.x},${at.y})`}
      onClick={onSelect}
      onDoubleClick={onOpen}
    >
      <title>{[node.title, node.subtitle, node.status].filter(Boolean).join("\n")}</title>
      <rect className="graph-card" width={cardWidth} height={cardHeight} rx={6} />
      {node.status && <path className="graph-stripe" d={`M3,6L3,${cardHeight - 6}`} />}
      {node.icon && <g transform="translate(12,9)">{node.icon}</g>}
      <text className="graph-title" x={textLeft} y={22}>{clipped(node.title, node.icon ? 19 : 22)}</text>
      {node.status && (
        <text className="graph-mark" x={cardWidth - 12} y={22} textAnchor="end">{marks[node.status] ?? ""}</text>
      )}
      <text className="graph-subtitle" x={14} y={45}>{clipped(node.subtitle ?? "", node.figure ? 16 : 28)}</text>
      {node.figure && <text className="graph-figure" x={cardWidth - 12} y={45} textAnchor="end">{node.figure}</text>}
      {node.progress !== undefined && (
        <rect
          className="graph-progress"
          x={6}
          y={cardHeight - 4}
          height={2}
          width={(cardWidth - 12) * Math.max(0, Math.min(1, node.progress))}
        />
      )}
    </g>
  );
}

function clipped(text: string, letters: number): string {
  return text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
}
