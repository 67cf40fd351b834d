// Questions to the trend of a rule: its name, its last point, its numbers.
import type { QualityTrend } from "../../api";
import { figure } from "../../charts";
import { cellText } from "../../table";

export type TrendPoint = QualityTrend["points"][number];
export type TrendStatus = "failing" | "passing" | "warning" | "idle";

export function trendKey(trend: QualityTrend): string {
  return [trend.pipeline, trend.node, trend.rule, trend.column ?? "", ...(trend.columns ?? [])].join(" ");
}

export function trendTitle(trend: QualityTrend): string {
  const on = trend.column ?? trend.columns?.join(", ");
  return on ? `${trend.rule}: ${on}` : trend.rule;
}

export function lastPoint(trend: QualityTrend): TrendPoint | undefined {
  return trend.points[trend.points.length - 1];
}

export function statusOf(trend: QualityTrend): TrendStatus {
  const last = lastPoint(trend);
  if (!last) return "idle";
  if (last.passed) return "passing";
  return trend.severity === "error" ? "failing" : "warning";
}

export function numbers(trend: QualityTrend, key: "observed" | "limit"): (number | null)[] {
  return trend.points.map((point) => {
    const value = point[key];
    return typeof value === "number" && Number.isFinite(value) ? value : null;
  });
}

/** A figure of a rule in words: fractions as percent. */
export function ruleFigure(value: unknown, unit: string | undefined): string {
  if (value === undefined || value === null) return "–";
  if (typeof value !== "number") return cellText(value);
  if (unit === "fraction") return `${Number((value * 100).toPrecision(4))}%`;
  return figure(value, unit);
}

/** How many runs in a row have failed, up to the last one. */
export function failingSince(trend: QualityTrend): { runs: number; at: string } | undefined {
  let first: TrendPoint | undefined;
  let runs = 0;
  for (const point of [...trend.points].reverse()) {
    if (point.passed) break;
    first = point;
    runs += 1;
  }
  return first && { runs, at: first.at };
}
