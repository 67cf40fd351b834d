// What the run used: cores, memory, threads and rows per second, from the samples its watcher took.
import { useMemo } from "react";
import type { ResourceSample, Run } from "../../api";
import { Chart, type ChartSpec } from "../../charts";
import { EmptyState, ProblemView, Skeleton } from "../../ui";
import { useTimeline } from "./TimelineTab";

const kinds: { key: keyof Omit<ResourceSample, "at">; title: string; unit: string }[] = [
  { key: "cpu", title: "CPU", unit: "cores" },
  { key: "memory_bytes", title: "Memory", unit: "bytes" },
  { key: "rows_per_second", title: "Throughput", unit: "rows/s" },
  { key: "threads", title: "Threads", unit: "threads" },
];

export function ResourcesTab({ run }: { run: Run }) {
  const timeline = useTimeline(run);
  const samples = timeline.data?.samples;
  const charts = useMemo(() => (samples ? chartsOf(samples) : []), [samples]);
  if (timeline.problem) return <ProblemView problem={timeline.problem} onRetry={() => void timeline.reload()} />;
  if (!samples) return <Skeleton lines={4} height={120} />;
  if (charts.length === 0) {
    return (
      <EmptyState
        icon="chart"
        title="No samples"
        text="The watcher samples a worker while it runs; this run ended before the first sample, or none was kept."
      />
    );
  }
  return <div className="run-charts">{charts.map((chart) => <Chart key={chart.title} spec={chart} />)}</div>;
}

function chartsOf(samples: ResourceSample[]): ChartSpec[] {
  return kinds.flatMap(({ key, title, unit }): ChartSpec[] => {
    if (!samples.some((sample) => sample[key] !== undefined)) return [];
    const points = samples.map((sample): [number, number | null] => [Date.parse(sample.at), sample[key] ?? null]);
    return [{ title, type: "line", x: { time: true }, y: { unit, fromZero: true }, series: [{ name: title, points }] }];
  });
}
