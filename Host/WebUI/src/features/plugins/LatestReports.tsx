// The newest reports of a plugin: those of the last run of each pipeline that uses it, the newest run first.
import { useEffect, useState } from "react";
import { asProblem, type ApiProblem, get, type Plugin, type Run, type Runs } from "../../api";
import { addresses, Link } from "../../app/router";
import { EmptyState, ProblemView, RelativeTime, Skeleton, StatusBadge } from "../../ui";
import { reporting } from "../runs/panelData";
import { RunReports } from "../runs/RunReports";

const shownPipelines = 5;

export function LatestReports({ plugin }: { plugin: Plugin }) {
  const [runs, setRuns] = useState<Run[] | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const pipelines = plugin.pipelines.slice(0, shownPipelines).join(" ");
  const load = () => {
    setProblem(null);
    const newest = async (pipeline: string) => {
      const { items } = await get<Runs>("/runs", { pipeline, limit: 1 });
      return items[0] ? [await get<Run>(`/runs/${items[0].run}`)] : [];
    };
    Promise.all(pipelines.split(" ").filter(Boolean).map(newest)).then(
      (found) => setRuns(found.flat().filter((run) => reporting(run, plugin.name).length > 0).sort((a, b) => b.started_at.localeCompare(a.started_at))),
      (thrown) => setProblem(asProblem(thrown)),
    );
  };
  useEffect(load, [pipelines, plugin.name]);
  if (problem) return <ProblemView problem={problem} onRetry={load} />;
  if (!runs) return <Skeleton lines={8} />;
  if (runs.length === 0) {
    return <EmptyState title="No reports yet" text="They appear when a pipeline has run with a component of this plugin that reports, such as a check." />;
  }
  return (
    <>
      {runs.map((run) => (
        <section key={run.run} className="plugin-reports" aria-label={`Run of ${run.pipeline.name}`}>
          <p><StatusBadge status={run.status} /> <Link to={`${addresses.run(run.run)}?tab=reports`}>Run of {run.pipeline.name}</Link> <RelativeTime at={run.started_at} /></p>
          <RunReports run={run} only={plugin.name} />
        </section>
      ))}
    </>
  );
}
