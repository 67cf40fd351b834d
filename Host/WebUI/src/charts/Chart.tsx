// One chart: title, picture, legend, a readout by pointer or arrow keys, and its data as a table.
import {
  type KeyboardEvent, type PointerEvent as ReactPointerEvent, useLayoutEffect, useMemo, useRef, useState,
} from "react";
import { Axes, axisTitle } from "./Axes";
import "./charts.css";
import { ChartTable } from "./ChartTable";
import { figure } from "./figures";
import { Marks } from "./Marks";
import { type Plot, plot as plotOf, type Stop } from "./plot";
import { type ChartSpec, withTimes } from "./spec";

interface Props {
  spec: ChartSpec;
  height?: number;
  /** Beside the title. */
  note?: string;
}

export function Chart({ spec: given, height = 220, note }: Props) {
  const spec = useMemo(() => withTimes(given), [given]);
  const [asTable, setAsTable] = useState(false);
  const empty = spec.series.every((series) => series.points.length === 0);
  return (
    <figure className="chart">
      <figcaption className="chart-head">
        <span className="chart-title">{spec.title}</span>
        {note && <span className="chart-note">{note}</span>}
        <button
          type="button"
          className="chart-switch"
          aria-pressed={asTable}
          disabled={empty}
          aria-label={`Show ${spec.title || "the chart"} as a table`}
          onClick={() => setAsTable(!asTable)}
        >
          Table
        </button>
      </figcaption>
      {empty && <p className="chart-empty" style={{ minHeight: height / 2 }}>No values yet.</p>}
      {!empty && asTable && <ChartTable spec={spec} height={height} />}
      {!empty && !asTable && axisTitle(spec.y) && <span className="chart-y-title">{axisTitle(spec.y)}</span>}
      {!empty && !asTable && <Picture spec={spec} height={height} />}
      {!empty && !asTable && <Legend spec={spec} />}
    </figure>
  );
}

function Picture({ spec, height }: { spec: ChartSpec; height: number }) {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [active, setActive] = useState<number>();
  const [byKey, setByKey] = useState(false);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const measure = () => setWidth(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const plot = useMemo(() => plotOf(spec, Math.max(width, 120), height), [spec, width, height]);
  const at = active === undefined ? undefined : Math.min(active, plot.stops.length - 1);
  const stop = at === undefined ? undefined : plot.stops[at];

  const pointed = (event: ReactPointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    setByKey(false);
    setActive(nearest(plot, spec, event.clientX - box.left - plot.left, event.clientY - box.top - plot.top));
  };
  const pressed = (event: KeyboardEvent) => {
    const next = stepped(plot, spec, at, event.key);
    if (next === undefined && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    setByKey(true);
    setActive(event.key === "Escape" ? undefined : next);
  };
  return (
    <div
      ref={frame}
      className="chart-picture"
      role="group"
      tabIndex={0}
      aria-roledescription="chart"
      aria-label={`${spec.title || "Chart"}, ${spec.type}. Arrow keys read its values.`}
      style={{ height }}
      onPointerMove={pointed}
      onPointerLeave={() => setActive(undefined)}
      onBlur={() => setActive(undefined)}
      onKeyDown={pressed}
    >
      {width > 0 && (
        <svg width={width} height={height} aria-hidden="true">
          <g transform={`translate(${plot.left},${plot.top})`}>
            <Axes spec={spec} plot={plot} />
            <Marks spec={spec} plot={plot} active={spec.type === "bar" || spec.type === "histogram" ? at : undefined} />
            {stop && <Pointer stop={stop} plot={plot} spec={spec} />}
          </g>
        </svg>
      )}
      {stop && <Readout stop={stop} plot={plot} spec={spec} />}
      <span className="chart-spoken" aria-live="polite">
        {byKey && stop && `${placeText(spec, stop)}: ${stop.lines.map((line) => `${line.name} ${line.text}`).join(", ")}`}
      </span>
    </div>
  );
}

function Pointer({ stop, plot, spec }: { stop: Stop; plot: Plot; spec: ChartSpec }) {
  if (spec.type === "heatmap") {
    const { band } = plot.x;
    const high = plot.y.band;
    return <rect x={stop.x - band / 2} y={stop.y - high / 2} width={band} height={high} className="chart-mark" />;
  }
  if (spec.type === "bar" || spec.type === "histogram") return null;
  return (
    <g>
      <line x1={stop.x} x2={stop.x} y1={0} y2={plot.height} className="chart-cursor" />
      <circle cx={stop.x} cy={stop.y} r={4.5} className="chart-mark" />
    </g>
  );
}

function Readout({ stop, plot, spec }: { stop: Stop; plot: Plot; spec: ChartSpec }) {
  const right = stop.x < plot.width / 2;
  const position = right
    ? { left: plot.left + stop.x + 12, top: plot.top }
    : { right: plot.width - stop.x + 24, top: plot.top };
  return (
    <div className="chart-readout" aria-hidden="true" style={position}>
      <div className="chart-readout-title">{placeText(spec, stop)}</div>
      {stop.lines.map((line) => (
        <div key={line.name} className="chart-readout-line">
          {spec.series.length > 1 && <span className={`chart-swatch chart-series-${(line.series % 6) + 1}`} />}
          <span className="chart-readout-name">{line.name}</span>
          <span className="chart-readout-value">{line.text}</span>
        </div>
      ))}
    </div>
  );
}

/** A bare number says what it counts; a moment or a cell of a heat map is clear by itself. */
function placeText(spec: ChartSpec, stop: Stop): string {
  return spec.x?.label && !spec.x.time && spec.type !== "heatmap" ? `${spec.x.label} ${stop.title}` : stop.title;
}

function Legend({ spec }: { spec: ChartSpec }) {
  if (spec.type === "heatmap") return <HeatLegend spec={spec} />;
  if (spec.series.length < 2) return null;
  return (
    <ul className="chart-legend">
      {spec.series.map((series, at) => (
        <li key={series.name}>
          <span className={`chart-swatch chart-series-${(at % 6) + 1}`} />
          {series.name}
        </li>
      ))}
    </ul>
  );
}

function HeatLegend({ spec }: { spec: ChartSpec }) {
  const { heat } = plotOf(spec, 200, 100);
  return (
    <div className="chart-legend">
      <span>{figure(heat[0])}</span>
      <span className="chart-heat-scale">
        {[0, 1, 2, 3, 4, 5, 6, 7, 8].map((step) => <span key={step} className={`chart-heat-${step}`} />)}
      </span>
      <span>{figure(heat[1])}</span>
    </div>
  );
}

function nearest(plot: Plot, spec: ChartSpec, x: number, y: number): number | undefined {
  // Height matters only where points stand alone.
  const both = spec.type === "scatter" || spec.type === "heatmap";
  let best: number | undefined;
  let least = Infinity;
  plot.stops.forEach((stop, at) => {
    const distance = (stop.x - x) ** 2 + (both ? (stop.y - y) ** 2 : 0);
    if (distance < least) [best, least] = [at, distance];
  });
  return best;
}

function stepped(plot: Plot, spec: ChartSpec, at: number | undefined, key: string): number | undefined {
  const last = plot.stops.length - 1;
  if (key === "Home") return 0;
  if (key === "End") return last;
  if (key === "ArrowRight") return at === undefined ? 0 : Math.min(last, at + 1);
  if (key === "ArrowLeft") return at === undefined ? last : Math.max(0, at - 1);
  if (spec.type !== "heatmap" || at === undefined || (key !== "ArrowUp" && key !== "ArrowDown")) return undefined;
  const { x, y } = plot.stops[at];
  const step = key === "ArrowDown" ? plot.y.band : -plot.y.band;
  return nearest(plot, spec, x, y + step);
}
