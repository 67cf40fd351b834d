// One rule over its runs: what was observed against what is allowed, and a strip of passed and failed.
import type { KeyboardEvent } from "react";
import type { QualityTrend } from "../../api";
import { addresses, Link, navigate } from "../../app/router";
import { Badge, formatExact, RelativeTime } from "../../ui";
import { lastPoint, numbers, ruleFigure, statusOf, type TrendPoint, trendTitle } from "./trends";

const [width, height] = [220, 44];

export function TrendCard({ trend, hideDataset }: { trend: QualityTrend; hideDataset?: boolean }) {
  const last = lastPoint(trend);
  return (
    <article className={`quality-card is-${statusOf(trend)}`}>
      <header className="quality-card-head">
        <h3 title={trendTitle(trend)}>{trendTitle(trend)}</h3>
        <RuleBadge trend={trend} />
      </header>
      <p className="quality-card-where">
        <Link to={`${addresses.pipeline(trend.pipeline)}?node=${encodeURIComponent(trend.node)}`}>
          {trend.pipeline} · {trend.node}
        </Link>
        {trend.dataset && !hideDataset && <Link to={`${addresses.dataset(trend.dataset)}?tab=quality`}>{trend.dataset}</Link>}
      </p>
      <Trend trend={trend} />
      <PassStrip points={trend.points} label={trendTitle(trend)} unit={trend.unit} />
      {last && (
        <p className="quality-card-last">
          <Link to={findingPage(last)}>{ruleFigure(last.observed, trend.unit)}</Link>
          {last.limit !== undefined && last.limit !== null && `, ${ruleFigure(last.limit, trend.unit)} allowed`}
          <span className="quality-card-time"><RelativeTime at={last.at} /></span>
        </p>
      )}
    </article>
  );
}

export function RuleBadge({ trend }: { trend: QualityTrend }) {
  switch (statusOf(trend)) {
    case "failing": return <Badge tone="error" icon="failed">Fails</Badge>;
    case "warning": return <Badge tone="warn" icon="warn">Warns</Badge>;
    case "passing": return <Badge tone="ok" icon="succeeded">Passes</Badge>;
    case "idle": return <Badge icon="circle">No run yet</Badge>;
  }
}

export function findingPage(point: TrendPoint): string {
  return `${addresses.run(point.run)}?tab=findings${point.finding === undefined ? "" : `&finding=${point.finding}`}`;
}

/** Observed and limit on one scale, so that the distance between them can be seen. */
function Trend({ trend }: { trend: QualityTrend }) {
  const observed = numbers(trend, "observed");
  const limits = numbers(trend, "limit");
  const known = [...observed, ...limits].filter((value): value is number => value !== null);
  if (observed.every((value) => value === null)) return <p className="quality-card-none">Its figure is no number.</p>;
  const low = Math.min(...known);
  const high = Math.max(...known);
  const x = (at: number) => 3 + (at / Math.max(1, observed.length - 1)) * (width - 6);
  const y = (value: number) => (high === low ? height / 2 : height - 5 - ((value - low) / (high - low)) * (height - 10));
  const last = observed.reduce<number>((found, value, at) => (value === null ? found : at), -1);
  const words = observed[last] === null || last < 0 ? "" : `, last ${ruleFigure(observed[last], trend.unit)}`;
  return (
    <svg
      className="quality-trend"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${trendTitle(trend)} over ${trend.points.length} runs${words}`}
    >
      <path className="quality-trend-limit" d={path(limits, x, y)} vectorEffect="non-scaling-stroke" />
      <path className="quality-trend-line" d={path(observed, x, y)} vectorEffect="non-scaling-stroke" />
      {last >= 0 && <path className="quality-trend-dot" d={`M${x(last)},${y(observed[last] as number)}h0`} vectorEffect="non-scaling-stroke" />}
    </svg>
  );
}

function path(values: (number | null)[], x: (at: number) => number, y: (value: number) => number): string {
  let text = "";
  let pen = "M";
  values.forEach((value, at) => {
    if (value === null) pen = "M";
    else {
      text += `${pen}${x(at).toFixed(1)},${y(value).toFixed(1)}`;
      pen = "L";
    }
  });
  return text;
}

/** A mark per run, oldest first; each opens its run. Failed ones are also taller: colour is not all that tells. */
function PassStrip({ points, label, unit }: { points: TrendPoint[]; label: string; unit?: string }) {
  const pressed = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const marks = Array.from(event.currentTarget.querySelectorAll<HTMLElement>("button"));
    const at = marks.indexOf(document.activeElement as HTMLElement);
    marks[Math.max(0, Math.min(marks.length - 1, at + step))]?.focus();
  };
  return (
    <div className="quality-strip" role="group" aria-label={`Runs of ${label}`} onKeyDown={pressed}>
      {points.map((point, at) => (
        <button
          key={`${point.run} ${at}`}
          type="button"
          tabIndex={at === points.length - 1 ? 0 : -1}
          className={point.passed ? "is-passed" : "is-failed"}
          aria-label={`${point.passed ? "Passed" : "Failed"}, ${formatExact(point.at)}, ${ruleFigure(point.observed, unit)}`}
          title={`${point.passed ? "Passed" : "Failed"} ${formatExact(point.at)}\n${ruleFigure(point.observed, unit)}`}
          onClick={() => navigate(findingPage(point))}
        />
      ))}
    </div>
  );
}
