// A chart in pixels: its scales, ticks, and the stops that a pointer or the arrow keys read values at.
import { figure, tickText } from "./figures";
import type { ChartSpec, ChartX } from "./spec";
import { exactTime, niceLimits, niceTicks, timeTicks, timeTickText } from "./ticks";

export interface Axis {
  ticks: { at: number; text: string }[];
  place: (value: ChartX) => number;
  /** Width of a category, 0 on a number axis. */
  band: number;
}

export interface Stop {
  x: number;
  y: number;
  title: string;
  lines: { name: string; text: string; series: number }[];
}

export interface Plot {
  left: number;
  top: number;
  width: number;
  height: number;
  x: Axis;
  y: Axis;
  stops: Stop[];
  /** Limits of a heat map's values. */
  heat: [number, number];
}

const top = 10;
const tickLetter = 6.4;

export function plot(spec: ChartSpec, width: number, height: number): Plot {
  const bottom = spec.x?.label || spec.x?.unit ? 42 : 24;
  const plotHeight = Math.max(20, height - top - bottom);
  const y = yAxis(spec, plotHeight);
  const longest = y.ticks.reduce((most, tick) => Math.max(most, tick.text.length), 1);
  const left = Math.min(width * 0.35, 14 + longest * tickLetter);
  const plotWidth = Math.max(20, width - left - 12);
  const x = xAxis(spec, plotWidth);
  const result: Plot = { left, top, width: plotWidth, height: plotHeight, x, y, stops: [], heat: heatLimits(spec) };
  result.stops = spec.type === "heatmap" ? heatStops(spec, result) : seriesStops(spec, result);
  return result;
}

function xAxis(spec: ChartSpec, length: number): Axis {
  const values = spec.series.flatMap((series) => series.points.map((point) => point[0]));
  const words = spec.type === "bar" || spec.type === "heatmap" || values.some((value) => typeof value === "string");
  if (words) return categories(values, length, false, spec.x?.unit);
  let [low, high] = limits(values as number[]);
  if (spec.type === "reliability") [low, high] = [0, 1];
  if (spec.type === "histogram") high += binWidth(values as number[]);
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const place = (value: ChartX) => ((Number(value) - low) / (high - low)) * length;
  const count = Math.max(2, Math.floor(length / 84));
  const { values: marks, step } = spec.x?.time ? timeTicks(low, high, count) : niceTicks(low, high, count);
  const text = (value: number) => (spec.x?.time ? timeTickText(value, step) : tickText(value, step, spec.x?.unit));
  return { ticks: marks.map((value) => ({ at: place(value), text: text(value) })), place, band: 0 };
}

function yAxis(spec: ChartSpec, length: number): Axis {
  const values = spec.series.flatMap((series) => series.points.map((point) => point[1])).filter((y) => y !== null);
  if (spec.type === "heatmap" || values.some((value) => typeof value === "string")) {
    return categories(values as ChartX[], length, true, spec.y?.unit);
  }
  let [low, high] = limits(values as number[]);
  const fromZero = spec.type === "bar" || spec.type === "histogram" || (spec.type === "line" && (spec.y?.fromZero || low <= high / 2));
  if (fromZero && low > 0) low = 0;
  if (fromZero && high < 0) high = 0;
  if (spec.type === "reliability") [low, high] = [0, 1];
  const count = Math.max(2, Math.floor(length / 44));
  // Bytes are round in powers of 1,024.
  const by = spec.y?.unit?.startsWith("bytes") ? 1024 ** Math.max(0, Math.floor(Math.log(high || 1) / Math.log(1024))) : 1;
  if (spec.type !== "reliability") [low, high] = niceLimits(low / by, high / by, count).map((end) => end * by);
  const nice = niceTicks(low / by, high / by, count);
  const marks = nice.values.map((value) => value * by);
  const step = nice.step * by;
  const place = (value: ChartX) => length - ((Number(value) - low) / (high - low)) * length;
  return {
    ticks: marks.map((value) => ({ at: place(value), text: tickText(value, step, spec.y?.unit) })), place, band: 0,
  };
}

function categories(values: ChartX[], length: number, upward: boolean, unit?: string): Axis {
  const names = [...new Set(values)];
  if (names.every((name) => typeof name === "number")) names.sort((a, b) => Number(a) - Number(b));
  const band = length / Math.max(1, names.length);
  const index = new Map(names.map((name, at) => [name, at]));
  const place = (value: ChartX) => {
    const at = ((index.get(value) ?? 0) + 0.5) * band;
    return upward ? length - at : at;
  };
  const letters = upward ? 16 : Math.max(3, Math.floor(Math.max(band, 56) / tickLetter) - 1);
  // Only as many names as have room.
  const every = Math.max(1, Math.ceil((upward ? 14 : 56) / band));
  const ticks = names.filter((_, at) => at % every === 0).map((name) => ({
    at: place(name), text: clipped(typeof name === "number" ? figure(name, upward ? undefined : unit) : name, letters),
  }));
  return { ticks, place, band };
}

function seriesStops(spec: ChartSpec, { x, y, width }: Plot): Stop[] {
  if (spec.type === "scatter") {
    return spec.series.flatMap((series, at) => series.points.flatMap(([px, py]) => (py === null ? [] : [{
      x: x.place(px), y: y.place(py), title: xText(spec, px),
      lines: [{ name: series.name, text: figure(Number(py), spec.y?.unit), series: at }],
    }]))).sort((a, b) => a.x - b.x);
  }
  const byX = new Map<ChartX, Stop>();
  const bin = spec.type === "histogram" && x.band === 0 ? binWidth(numbers(spec)) : 0;
  spec.series.forEach((series, at) => {
    for (const [px, py, third] of series.points) {
      const known = byX.get(px);
      const end = Math.min(width, bin > 0 ? x.place(Number(px) + bin) : x.place(px));
      const stop = known ?? { x: (x.place(px) + end) / 2, y: Infinity, title: xText(spec, px, bin), lines: [] };
      if (py !== null) stop.y = Math.min(stop.y, y.place(py));
      const count = typeof third === "number" ? `, ${figure(third)} values` : "";
      stop.lines.push({ name: series.name, text: figure(py === null ? null : Number(py), spec.y?.unit) + count, series: at });
      byX.set(px, stop);
    }
  });
  return [...byX.values()].sort((a, b) => a.x - b.x).map((stop) => ({ ...stop, y: stop.y === Infinity ? 0 : stop.y }));
}

function heatStops(spec: ChartSpec, { x, y }: Plot): Stop[] {
  return spec.series.flatMap((series, at) => series.points.flatMap(([px, py, value]) => (py === null ? [] : [{
    x: x.place(px), y: y.place(py), title: `${xText(spec, px)}, ${String(py)}`,
    lines: [{ name: series.name, text: figure(value), series: at }],
  }]))).sort((a, b) => a.y - b.y || a.x - b.x);
}

export function xText(spec: ChartSpec, value: ChartX, bin = 0): string {
  if (typeof value === "string") return value;
  if (spec.x?.time) return exactTime(value);
  if (bin > 0) return `${figure(value)} to ${figure(value + bin, spec.x?.unit)}`;
  return figure(value, spec.x?.unit);
}

/** The smallest distance of two neighbouring bins; the last bin has no neighbour to end at. */
export function binWidth(starts: number[]): number {
  const sorted = [...new Set(starts)].sort((a, b) => a - b);
  let least = Infinity;
  for (let at = 1; at < sorted.length; at += 1) least = Math.min(least, sorted[at] - sorted[at - 1]);
  return least === Infinity ? 1 : least;
}

export function numbers(spec: ChartSpec): number[] {
  return spec.series.flatMap((series) => series.points.map((point) => Number(point[0])));
}

function heatLimits(spec: ChartSpec): [number, number] {
  const values = spec.series.flatMap((series) => series.points.map((point) => point[2] ?? null));
  return limits(values.filter((value): value is number => value !== null));
}

function limits(values: number[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low === Infinity ? [0, 1] : [low, high];
}

function clipped(text: string, letters: number): string {
  return text.length > letters ? `${text.slice(0, Math.max(1, letters - 1))}…` : text;
}
