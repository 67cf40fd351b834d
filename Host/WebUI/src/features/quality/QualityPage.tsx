// Quality over time: what fails now, every rule's trend, and rules worth adding.
import { useMemo } from "react";
import { type QualityTrend, type QualityTrends, useResource } from "../../api";
import { navigate, useQueryState } from "../../app/router";
import { useSession } from "../../app/session";
import { Button, EmptyState, Page, ProblemView, Select, Skeleton } from "../../ui";
import { Alerts } from "./Alerts";
import { Suggestions } from "./Suggestions";
import { TrendGrid } from "./TrendGrid";
import { statusOf } from "./trends";
import "./quality.css";

const statuses = [
  { value: "", label: "All states" }, { value: "failing", label: "Fails" }, { value: "warning", label: "Warns" },
  { value: "passing", label: "Passes" }, { value: "idle", label: "No run yet" },
];

export default function QualityPage() {
  const { project } = useSession();
  const [dataset, setDataset] = useQueryState("dataset");
  const [pipeline, setPipeline] = useQueryState("pipeline");
  const [status, setStatus] = useQueryState("status");
  const [runs, setRuns] = useQueryState("runs", "30");
  const { data, problem, loading, reload } = useResource<QualityTrends>("/quality/trends", { project, runs }, {
    on: (event) => event.type === "run.finished",
  });
  const all = data?.items ?? [];
  const scoped = useMemo(() => all.filter((trend) =>
    (dataset === "" || trend.dataset === dataset) && (pipeline === "" || trend.pipeline === pipeline)
  ), [data, dataset, pipeline]);
  const shown = status === "" ? scoped : scoped.filter((trend) => statusOf(trend) === status);
  return (
    <Page title="Quality" subtitle={data && all.length > 0 ? summary(all) : undefined}>
      <div className="quality-page">
        {problem && !data && <ProblemView problem={problem} onRetry={() => void reload()} />}
        {loading && <Skeleton lines={10} />}
        {data && all.length === 0 && (
          <EmptyState
            title="No rules have run yet"
            text="A check in a pipeline tests rows as they pass. Each of its rules then has a trend here."
            action={<Button onClick={() => navigate("/templates")}>See templates with checks</Button>}
          />
        )}
        {all.length > 0 && (
          <>
            <div className="quality-filters" role="group" aria-label="Filter">
              <Select label="Dataset" value={dataset} onChange={setDataset} options={choices(all, "dataset", "All datasets", dataset)} />
              <Select label="Pipeline" value={pipeline} onChange={setPipeline} options={choices(all, "pipeline", "All pipelines", pipeline)} />
              <Select label="State" value={status} onChange={setStatus} options={statuses} />
              <Select label="Runs" value={runs} onChange={setRuns} options={["10", "30", "100", "200"].map((value) => ({ value, label: `Last ${value}` }))} />
            </div>
            <Alerts trends={scoped} />
            {shown.length === 0 && <EmptyState title="No rule fits" text="Choose another dataset, pipeline or state." />}
            <TrendGrid trends={shown} grouped />
          </>
        )}
        {dataset && <Suggestions key={dataset} dataset={dataset} />}
        {!dataset && all.length > 0 && (
          <p className="quality-quiet">Choose a dataset to see rules that its profile supports.</p>
        )}
      </div>
    </Page>
  );
}

function choices(trends: QualityTrend[], key: "dataset" | "pipeline", none: string, chosen: string) {
  const found = trends.map((trend) => trend[key]).filter((value): value is string => !!value);
  const names = [...new Set(chosen ? [...found, chosen] : found)].sort();
  return [{ value: "", label: none }, ...names.map((value) => ({ value, label: value }))];
}

function summary(trends: QualityTrend[]): string {
  const count = (wanted: string) => trends.filter((trend) => statusOf(trend) === wanted).length;
  const parts = [`${count("passing")} of ${trends.length} rules pass`];
  if (count("failing") > 0) parts.push(`${count("failing")} fail`);
  if (count("warning") > 0) parts.push(`${count("warning")} warn`);
  return parts.join(", ");
}
