// What is drawn between the axes, one component per type of chart.
import type { Plot } from "./plot";
import { binWidth, numbers } from "./plot";
import type { ChartPoint, ChartSpec } from "./spec";

interface Props {
  spec: ChartSpec;
  plot: Plot;
  active?: number;
}

export function Marks(props: Props) {
  switch (props.spec.type) {
    case "line": return <Lines {...props} />;
    case "bar": return <Bars {...props} />;
    case "histogram": return props.plot.x.band > 0 ? <Bars {...props} /> : <Bins {...props} />;
    case "scatter": return <Dots {...props} />;
    case "heatmap": return <Cells {...props} />;
    case "reliability": return <Reliability {...props} />;
  }
}

const series = (at: number) => `chart-series-${(at % 6) + 1}`;

function Lines({ spec, plot }: Props) {
  return (
    <g>
      {spec.series.map((entry, at) => (
        <path key={entry.name} d={path(entry.points, plot)} className={`chart-line ${series(at)}`} />
      ))}
      {spec.series.map((entry, at) => entry.points.length < 40 && entry.points.map(([x, y], index) => y !== null && (
        <circle
          key={`${entry.name} ${index}`}
          cx={plot.x.place(x)}
          cy={plot.y.place(y)}
          r={2.5}
          className={`chart-dot ${series(at)}`}
        />
      )))}
    </g>
  );
}

/** A gap where y is null. Of many points, the lowest and highest of each pixel column: the picture is the same. */
function path(points: ChartPoint[], plot: Plot): string {
  const placed = points.map(([x, y]) => (y === null ? null : [plot.x.place(x), plot.y.place(y)] as const));
  const dense = points.length > plot.width * 3;
  let text = "";
  let pen = "M";
  let column = NaN;
  let [low, high] = [0, 0];
  const flush = () => {
    if (!Number.isNaN(column)) text += `${pen}${column},${low.toFixed(1)}L${column},${high.toFixed(1)}`;
    if (!Number.isNaN(column)) pen = "L";
    column = NaN;
  };
  for (const point of placed) {
    if (point === null) {
      if (dense) flush();
      pen = "M";
    } else if (!dense) {
      text += `${pen}${point[0].toFixed(1)},${point[1].toFixed(1)}`;
      pen = "L";
    } else if (Math.round(point[0]) === column) {
      low = Math.min(low, point[1]);
      high = Math.max(high, point[1]);
    } else {
      flush();
      column = Math.round(point[0]);
      low = high = point[1];
    }
  }
  flush();
  return text;
}

function Bars({ spec, plot, active }: Props) {
  const groups = Math.max(1, spec.series.length);
  const room = Math.min(plot.x.band * 0.8, 72 * groups);
  const width = Math.max(1, room / groups - (groups > 1 ? 1 : 0));
  const zero = Math.min(plot.height, Math.max(0, plot.y.place(0)));
  return (
    <g>
      {spec.series.map((entry, at) => entry.points.map(([x, y], index) => {
        if (y === null) return null;
        const top = plot.y.place(y);
        const left = plot.x.place(x) - room / 2 + (at * room) / groups;
        const dimmed = active !== undefined && Math.abs(plot.stops[active].x - plot.x.place(x)) > 0.5;
        return (
          <rect
            key={`${entry.name} ${index}`}
            x={left}
            y={Math.min(top, zero)}
            width={width}
            height={Math.max(Math.abs(zero - top), 0.5)}
            className={`chart-bar ${series(at)}${dimmed ? " is-dimmed" : ""}`}
          />
        );
      }))}
    </g>
  );
}

function Bins({ spec, plot, active }: Props) {
  const bin = binWidth(numbers(spec));
  const zero = plot.y.place(0);
  const overlaid = spec.series.length > 1 ? " is-overlaid" : "";
  return (
    <g>
      {spec.series.map((entry, at) => entry.points.map(([x, y], index) => {
        if (y === null) return null;
        const left = plot.x.place(x);
        const next = entry.points[index + 1]?.[0];
        const right = plot.x.place(next !== undefined ? Number(next) : Number(x) + bin);
        const marked = active !== undefined ? plot.stops[active].x : undefined;
        const dimmed = marked !== undefined && (marked < left || marked > right);
        return (
          <rect
            key={`${entry.name} ${index}`}
            x={left}
            y={plot.y.place(y)}
            width={Math.max(1, right - left - 1)}
            height={Math.max(0, zero - plot.y.place(y))}
            className={`chart-bar ${series(at)}${overlaid}${dimmed ? " is-dimmed" : ""}`}
          />
        );
      }))}
    </g>
  );
}

function Dots({ spec, plot }: Props) {
  return (
    <g>
      {spec.series.map((entry, at) => entry.points.map(([x, y], index) => y !== null && (
        <circle
          key={`${entry.name} ${index}`}
          cx={plot.x.place(x)}
          cy={plot.y.place(y)}
          r={3}
          className={`chart-dot is-scattered ${series(at)}`}
        />
      )))}
    </g>
  );
}

const heatSteps = 8;

/** 0 to `heatSteps`: steps of one colour, so that a value can be told from its neighbours. */
export function heatStep(value: number, [low, high]: [number, number]): number {
  return high === low ? heatSteps : Math.round(((value - low) / (high - low)) * heatSteps);
}

function Cells({ spec, plot }: Props) {
  return (
    <g>
      {spec.series.flatMap((entry) => entry.points.map(([x, y, value], index) => y !== null && (
        <rect
          key={`${entry.name} ${index}`}
          x={plot.x.place(x) - plot.x.band / 2 + 0.5}
          y={plot.y.place(y) - plot.y.band / 2 + 0.5}
          width={Math.max(1, plot.x.band - 1)}
          height={Math.max(1, plot.y.band - 1)}
          className={
            value === null || value === undefined
              ? "chart-cell is-missing" : `chart-cell chart-heat-${heatStep(value, plot.heat)}`
          }
        />
      )))}
    </g>
  );
}

function Reliability(props: Props) {
  const { plot } = props;
  return (
    <g>
      <line x1={0} y1={plot.height} x2={plot.width} y2={0} className="chart-reference" />
      <Lines {...props} />
    </g>
  );
}
