// What a chart shows: the shape a plugin's report uses, checked before it is drawn.

export type ChartType = "line" | "bar" | "histogram" | "scatter" | "heatmap" | "reliability";

export interface AxisSpec {
  label?: string;
  unit?: string;
  /** Numbers are milliseconds since 1970. Text that reads as a date makes a time axis by itself. */
  time?: boolean;
  /** The axis begins at zero, also where the values lie far above it. */
  fromZero?: boolean;
}

export type ChartX = number | string;
/** x, y, and for a heat map the value. A null is a gap, never zero. */
export type ChartPoint = [ChartX, ChartX | null, (number | null)?];

export interface Series {
  name: string;
  points: ChartPoint[];
}

export interface ChartSpec {
  title: string;
  type: ChartType;
  x?: AxisSpec;
  y?: AxisSpec;
  series: Series[];
}

const types: ChartType[] = ["line", "bar", "histogram", "scatter", "heatmap", "reliability"];
const dateLike = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}|$)/;

/** A chart from anything a plugin may have written, or undefined where it is none. */
export function chartFrom(value: unknown): ChartSpec | undefined {
  if (!isObject(value) || !types.includes(value.type as ChartType) || !Array.isArray(value.series)) return undefined;
  const series = value.series.filter(isObject).map((entry, at) => ({
    name: typeof entry.name === "string" ? entry.name : `Series ${at + 1}`,
    points: (Array.isArray(entry.points) ? entry.points : []).filter(isPoint),
  }));
  return {
    title: typeof value.title === "string" ? value.title : "",
    type: value.type as ChartType,
    x: isObject(value.x) ? (value.x as AxisSpec) : undefined,
    y: isObject(value.y) ? (value.y as AxisSpec) : undefined,
    series,
  };
}

/** Dates as text become milliseconds, where every x of the chart is one and the chart's type has a number axis. */
export function withTimes(spec: ChartSpec): ChartSpec {
  if (spec.x?.time || (spec.type !== "line" && spec.type !== "scatter")) return spec;
  let points = 0;
  for (const series of spec.series) {
    for (const [x] of series.points) {
      if (typeof x !== "string" || !dateLike.test(x) || Number.isNaN(Date.parse(x))) return spec;
      points += 1;
    }
  }
  if (points === 0) return spec;
  const series = spec.series.map((entry) => ({
    ...entry,
    points: entry.points.map(([x, ...rest]): ChartPoint => [Date.parse(x as string), ...rest]),
  }));
  return { ...spec, x: { ...spec.x, time: true }, series };
}

function isPoint(value: unknown): value is ChartPoint {
  if (!Array.isArray(value) || value.length < 2) return false;
  const [x, y, third] = value;
  const placed = typeof x === "string" || Number.isFinite(x);
  const figure = y === null || typeof y === "string" || Number.isFinite(y);
  return placed && figure && (third === undefined || third === null || Number.isFinite(third));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
