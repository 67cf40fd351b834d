// The rules that a dataset's rows passed on their way, run after run, and rules that its profile supports.
import { type QualityTrends, type Run, useResource } from "../../api";
import { EmptyState, ProblemView, Skeleton } from "../../ui";
import { Suggestions } from "../quality/Suggestions";
import { TrendGrid } from "../quality/TrendGrid";
import { reporting } from "../runs/panelData";
import { RunReports } from "../runs/RunReports";

interface Props {
  dataset: string;
  /** The run that published the version shown. */
  run?: string;
}

export function DatasetQuality({ dataset, run }: Props) {
  const { data, problem, reload } = useResource<QualityTrends>("/quality/trends", { dataset }, {
    on: (event) => event.type === "run.finished",
  });
  return (
    <div className="dataset-quality">
      <h2 className="visually-hidden">Rules</h2>
      {problem && !data && <ProblemView problem={problem} onRetry={() => void reload()} />}
      {!data && !problem && <Skeleton lines={6} />}
      {data?.items.length === 0 && (
        <EmptyState title="No rules yet" text="A check before the node that publishes it tests its rows in every run." />
      )}
      {data && data.items.length > 0 && <TrendGrid trends={data.items} />}
      {run && <ReportsOf run={run} />}
      <Suggestions dataset={dataset} />
    </div>
  );
}

/** What the checks of that run showed of their work; a run that somebody may not see has none. */
function ReportsOf({ run }: { run: string }) {
  const { data } = useResource<Run>(`/runs/${run}`);
  if (!data || reporting(data).length === 0) return null;
  return (
    <section aria-label="Reports of this version">
      <h2 className="dataset-part">Reports of this version</h2>
      <RunReports run={data} />
    </section>
  );
}
