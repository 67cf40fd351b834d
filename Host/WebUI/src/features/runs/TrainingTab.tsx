// How a training goes: loss, learning rate, speed, step by step and live.
import { useEffect, useMemo, useState } from "react";
import { type MetricSeries, type MetricSeriesList, type Run, useEvents, useResource } from "../../api";
import { Chart } from "../../charts";
import { EmptyState, ProblemView, Skeleton } from "../../ui";
import { Fact } from "./NodePanel";
import { formatMetric, trainingCharts, withPoint, type LivePoint } from "./training";
import { isFinished } from "./words";

/** The nodes of a run that tell figures while they work. */
export function trains(run: Run): boolean {
  return run.nodes.some((node) => /(^|[/_-])(lora|train|finetune|fit)/.test(node.use) || node.metrics?.loss !== undefined);
}

export function TrainingTab({ run }: { run: Run }) {
  const resource = useResource<MetricSeriesList>(`/runs/${encodeURIComponent(run.run)}/metrics`, undefined, {
    on: (event) => event.subject === run.run && event.type === "run.finished",
  });
  const [series, setSeries] = useState<MetricSeries[]>();
  useEffect(() => setSeries(resource.data?.items), [resource.data]);
  useEvents(["run.metric"], (event) => {
    if (event.subject !== run.run) return;
    const point = (event.body as { point?: LivePoint }).point;
    if (point) setSeries((known) => withPoint(known ?? [], point));
  });
  const nodes = useMemo(() => trainingCharts(series ?? []), [series]);
  if (resource.problem) return <ProblemView problem={resource.problem} onRetry={() => void resource.reload()} />;
  if (!series) return <Skeleton lines={4} height={120} />;
  if (nodes.length === 0) {
    return <EmptyState icon="chart" title={isFinished(run.status) ? "No figures" : "No figures yet"} text="A trainer tells loss, learning rate and speed here while it works." />;
  }
  return (
    <div className="run-resources">
      {nodes.map(({ node, latest, charts }) => (
        <section key={node} aria-label={`Training of ${node}`}>
          <h2>{node}</h2>
          <dl className="run-facts">
            {latest.map(({ name, value, unit, step }) => <Fact key={name} name={name}>{formatMetric(value)}{unit ? ` ${unit}` : ""}{step === undefined ? "" : ` at ${step}`}</Fact>)}
          </dl>
          <div className="run-charts">{charts.map((chart) => <Chart key={chart.title} spec={chart} />)}</div>
        </section>
      ))}
    </div>
  );
}
