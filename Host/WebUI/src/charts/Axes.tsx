// The axes of a chart: quiet grid lines, ticks, and labels with units.
import type { Plot } from "./plot";
import type { AxisSpec, ChartSpec } from "./spec";

export function Axes({ spec, plot }: { spec: ChartSpec; plot: Plot }) {
  const { x, y, width, height } = plot;
  return (
    <g className="chart-axes">
      {y.ticks.map((tick) => (
        <g key={`${tick.at} ${tick.text}`}>
          {y.band === 0 && <line x1={0} x2={width} y1={tick.at} y2={tick.at} className="chart-grid" />}
          <text x={-6} y={tick.at} dy="0.32em" textAnchor="end">{tick.text}</text>
        </g>
      ))}
      <line x1={0} x2={width} y1={height} y2={height} className="chart-base" />
      {x.ticks.map((tick, at) => (
        <g key={`${tick.at} ${tick.text}`}>
          {x.band === 0 && <line x1={tick.at} x2={tick.at} y1={height} y2={height + 4} className="chart-base" />}
          <text x={tick.at} y={height + 16} textAnchor={anchor(tick.at, width, x.band, at)}>{tick.text}</text>
        </g>
      ))}
      {axisTitle(spec.x) && (
        <text x={width / 2} y={height + 34} textAnchor="middle" className="chart-axis-title">{axisTitle(spec.x)}</text>
      )}
    </g>
  );
}

/** The last tick must not run out of the picture. */
function anchor(at: number, width: number, band: number, index: number): "start" | "middle" | "end" {
  if (band > 0) return "middle";
  if (at > width - 16) return "end";
  return index === 0 && at < 8 ? "start" : "middle";
}

export function axisTitle(axis: AxisSpec | undefined): string {
  if (!axis) return "";
  const unit = axis.unit && axis.unit !== "1" ? axis.unit : "";
  if (!axis.label) return unit;
  return unit ? `${axis.label} (${unit})` : axis.label;
}
