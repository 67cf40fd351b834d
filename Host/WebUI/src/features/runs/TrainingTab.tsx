// How a training goes: loss, learning rate, speed, step by step and live.
import { useEffect, useMemo, useState } from "react";
import { type MetricSeries, type MetricSeriesList, type Resource, type Run, useEvents, useResource } from "../../api";
import { Chart } from "../../charts";
import { EmptyState, ProblemView, Skeleton } from "../../ui";
import { Fact } from "./NodePanel";
import { formatMetric, trainingCharts, withPoint, type LivePoint } from "./training";
import { isFinished } from "./words";

export interface TrainingFigures {
  series: MetricSeries[] | undefined;
  resource: Resource<MetricSeriesList>;
}

/** The figures that the run's trainers have told so far, kept true while more come. */
export function useTrainingFigures(run: string | undefined): TrainingFigures {
  const resource = useResource<MetricSeriesList>(run === undefined ? null : `/runs/${encodeURIComponent(run)}/metrics`, undefined, {
    on: (event) => event.subject === run && event.type === "run.finished",
  });
  const [series, setSeries] = useState<MetricSeries[]>();
  useEffect(() => setSeries(resource.data?.items), [resource.data]);
  useEvents(["run.metric"], (event) => {
    if (event.subject !== run) return;
    const point = (event.body as { point?: LivePoint }).point;
    if (point) setSeries((known) => withPoint(known ?? [], point));
  });
  return { series, resource };
}

export function TrainingTab({ run, figures: { series, resource } }: { run: Run; figures: TrainingFigures }) {
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
