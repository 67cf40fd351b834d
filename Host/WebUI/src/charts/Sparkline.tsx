// A line as small as a word: the shape of a few figures, with the last one said in its label.
import "./charts.css";
import { figure } from "./figures";

interface Props {
  /** Null is a gap. */
  values: (number | null)[];
  label: string;
  unit?: string;
  width?: number;
  height?: number;
}

export function Sparkline({ values, label, unit, width = 96, height = 24 }: Props) {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const last = known.length > 0 ? known[known.length - 1] : undefined;
  const low = known.reduce((least, value) => Math.min(least, value), Infinity);
  const high = known.reduce((most, value) => Math.max(most, value), -Infinity);
  const x = (at: number) => 2 + (at / Math.max(1, values.length - 1)) * (width - 4);
  const y = (value: number) => (high === low ? height / 2 : height - 3 - ((value - low) / (high - low)) * (height - 6));
  let text = "";
  let pen = "M";
  let end: [number, number] | undefined;
  values.forEach((value, at) => {
    if (value === null || !Number.isFinite(value)) {
      pen = "M";
      return;
    }
    end = [x(at), y(value)];
    text += `${pen}${end[0].toFixed(1)},${end[1].toFixed(1)}`;
    pen = "L";
  });
  return (
    <svg
      className="chart-spark"
      width={width}
      height={height}
      role="img"
      aria-label={last === undefined ? `${label}: no values` : `${label}: last ${figure(last, unit)}`}
    >
      <path d={text} className="chart-line chart-series-1" />
      {end && <circle cx={end[0]} cy={end[1]} r={2} className="chart-dot chart-series-1" />}
    </svg>
  );
}
