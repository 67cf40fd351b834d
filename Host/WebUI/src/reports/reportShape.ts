// A plugin's report as the descriptor's page says it, read from anything that a plugin may have written.
import { type ChartSpec, chartFrom } from "../charts";

export interface Metric {
  name: string;
  /** Null where an input was missing. */
  value: number | null;
  unit?: string;
  interval?: [number, number];
  /** How the interval was made. */
  method?: string;
  /** Rows behind it. */
  n?: number;
  better?: "higher" | "lower";
}

export interface ReportTable {
  title: string;
  columns: string[];
  rows: unknown[][];
}

export interface ReportShape {
  title: string;
  metrics: Metric[];
  tables: ReportTable[];
  charts: ChartSpec[];
  text?: string;
  /** Parts that do not have the shape of a report: named, so that nothing vanishes unsaid. */
  unreadable: string[];
}

export function reportFrom(value: unknown): ReportShape | undefined {
  if (!isObject(value)) return undefined;
  const report: ReportShape = {
    title: typeof value.title === "string" ? value.title : "Report",
    metrics: [], tables: [], charts: [], unreadable: [],
    text: typeof value.text === "string" ? value.text : undefined,
  };
  list(value.metrics).forEach((entry, at) => {
    const metric = metricFrom(entry);
    if (metric) report.metrics.push(metric);
    else report.unreadable.push(`metric ${at + 1}`);
  });
  list(value.tables).forEach((entry, at) => {
    const table = tableFrom(entry);
    if (table) report.tables.push(table);
    else report.unreadable.push(`table ${at + 1}`);
  });
  list(value.charts).forEach((entry, at) => {
    const chart = chartFrom(entry);
    if (chart) report.charts.push(chart);
    else report.unreadable.push(`chart ${at + 1}`);
  });
  return report;
}

function metricFrom(value: unknown): Metric | undefined {
  if (!isObject(value) || typeof value.name !== "string") return undefined;
  const { interval } = value;
  const both = Array.isArray(interval) && interval.length === 2 && interval.every((end) => Number.isFinite(end));
  return {
    name: value.name,
    value: typeof value.value === "number" && Number.isFinite(value.value) ? value.value : null,
    unit: typeof value.unit === "string" ? value.unit : undefined,
    interval: both ? (interval as [number, number]) : undefined,
    method: typeof value.method === "string" ? value.method : undefined,
    n: typeof value.n === "number" && Number.isFinite(value.n) ? value.n : undefined,
    better: value.better === "higher" || value.better === "lower" ? value.better : undefined,
  };
}

function tableFrom(value: unknown): ReportTable | undefined {
  if (!isObject(value) || !Array.isArray(value.columns)) return undefined;
  return {
    title: typeof value.title === "string" ? value.title : "",
    columns: value.columns.map(String),
    rows: list(value.rows).filter(Array.isArray) as unknown[][],
  };
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
