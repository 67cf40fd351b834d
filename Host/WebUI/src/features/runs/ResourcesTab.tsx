// What the run used and where it stood still: memory, cores and rows over time, and the waits at each edge.
import { useMemo } from "react";
import type { ResourceSample, Run } from "../../api";
import { Chart, type ChartSpec } from "../../charts";
import { Bytes, Duration, EmptyState, ProblemView, Skeleton } from "../../ui";
import { Fact } from "./NodePanel";
import { useTimeline } from "./TimelineTab";
import { waitsOf } from "./waits";

const kinds: { key: keyof Omit<ResourceSample, "at">; title: string; unit: string }[] = [
  { key: "memory_bytes", title: "Memory of the worker", unit: "bytes" },
  { key: "cpu", title: "Processor", unit: "cores" },
  { key: "rows_per_second", title: "Rows handed on, all edges", unit: "rows/s" },
  { key: "threads", title: "Threads", unit: "threads" },
];

export function ResourcesTab({ run }: { run: Run }) {
  const timeline = useTimeline(run);
  const samples = timeline.data?.samples;
  const charts = useMemo(() => (samples ? [...chartsOf(samples), ...waitChart(run)] : []), [samples, run]);
  if (timeline.problem) return <ProblemView problem={timeline.problem} onRetry={() => void timeline.reload()} />;
  if (!samples) return <Skeleton lines={4} height={120} />;
  if (charts.length === 0) {
    return (
      <EmptyState
        icon="chart"
        title="No samples"
        text="The host looks at a worker several times a second; this run had none, or is of an earlier version."
      />
    );
  }
  const { resources } = run;
  return (
    <div className="run-resources">
      {resources && (
        <dl className="run-facts">
          <Fact name="Most memory"><Bytes value={resources.peak_memory_bytes} /></Fact>
          <Fact name="Processor time"><Duration seconds={resources.cpu_seconds} /></Fact>
        </dl>
      )}
      <div className="run-charts">{charts.map((chart) => <Chart key={chart.title} spec={chart} />)}</div>
    </div>
  );
}

function chartsOf(samples: ResourceSample[]): ChartSpec[] {
  return kinds.flatMap(({ key, title, unit }): ChartSpec[] => {
    if (!samples.some((sample) => sample[key] !== undefined)) return [];
    const points = samples.map((sample): [number, number | null] => [Date.parse(sample.at), sample[key] ?? null]);
    return [{ title, type: "line", x: { time: true }, y: { unit, fromZero: true }, series: [{ name: title, points }] }];
  });
}

function waitChart(run: Run): ChartSpec[] {
  const waits = waitsOf(run.nodes);
  if (waits.length === 0) return [];
  return [{
    title: "Waits at the edges", type: "bar", y: { unit: "s", fromZero: true },
    series: [
      { name: "Reader waited for rows", points: waits.map(({ name, wait }) => [name, wait.wait_seconds]) },
      { name: "Rows waited for the reader", points: waits.map(({ name, wait }) => [name, wait.held_seconds]) },
    ],
  }];
}
