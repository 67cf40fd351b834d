// Series of a trainer's figures as charts: what belongs together stands in one.
import type { MetricSeries } from "../../api";
import type { ChartSpec } from "../../charts";

/** A point as the live event tells it. */
export interface LivePoint {
  at: string;
  node: string;
  name: string;
  value: number | string;
  step?: number;
  unit?: string;
}

export interface NodeTraining {
  node: string;
  latest: { name: string; value: number; unit?: string; step?: number }[];
  charts: ChartSpec[];
}

/** Figures of one chart; what stands nowhere here gets a chart of its own. */
const together: { title: string; names: string[] }[] = [
  { title: "Loss", names: ["loss", "eval_loss", "train_loss"] },
  { title: "Accuracy of tokens", names: ["mean_token_accuracy", "eval_mean_token_accuracy"] },
];

/** The series with a point more. One that is known already (the page had just asked) is not drawn twice. */
export function withPoint(series: MetricSeries[], point: LivePoint): MetricSeries[] {
  const value = Number(point.value);
  if (!Number.isFinite(value)) return series;
  const at = series.findIndex((known) => known.node === point.node && known.name === point.name);
  const known = series[at];
  const last = known?.points[known.points.length - 1];
  const step = point.step ?? (last?.[0] ?? 0) + 1;
  if (!known) {
    return [...series, { node: point.node, name: point.name, unit: point.unit, points: [[step, value]], last_at: point.at }];
  }
  if (point.at <= known.last_at && last && last[0] >= step) return series;
  const next = { ...known, points: [...known.points, [step, value]], last_at: point.at };
  return series.map((item, index) => (index === at ? next : item));
}

export function trainingCharts(series: MetricSeries[]): NodeTraining[] {
  const nodes = [...new Set(series.map(({ node }) => node))];
  return nodes.map((node) => {
    const own = series.filter((item) => item.node === node && item.points.length > 0);
    return { node, latest: own.map(latestOf), charts: chartsOf(own) };
  }).filter(({ latest }) => latest.length > 0);
}

function latestOf({ name, unit, points }: MetricSeries) {
  const [step, value] = points[points.length - 1] as [number, number];
  return { name, value, unit, step };
}

function chartsOf(series: MetricSeries[]): ChartSpec[] {
  const grouped = together.flatMap(({ title, names }) => {
    const members = series.filter(({ name }) => names.includes(name));
    return members.length === 0 ? [] : [chart(title, members)];
  });
  const rest = series.filter(({ name }) => !together.some(({ names }) => names.includes(name)));
  return [...grouped, ...rest.filter(({ points }) => points.length > 1).map((item) => chart(item.name.replace(/_/g, " "), [item]))];
}

function chart(title: string, members: MetricSeries[]): ChartSpec {
  return {
    title, type: "line", x: { label: "step" }, y: { unit: members[0]?.unit },
    series: members.map(({ name, points }) => ({ name, points: points.map(([step, value]): [number, number] => [step ?? 0, value ?? 0]) })),
  };
}

/** Four digits that matter: a loss of 0.01234 and a speed of 1,234.5 are both readable. */
export function formatMetric(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(2);
  return value.toLocaleString("en", { maximumSignificantDigits: 4 });
}
