// The rules that a dataset's rows passed on their way, run after run, and rules that its profile supports.
import { type QualityTrends, useResource } from "../../api";
import { EmptyState, ProblemView, Skeleton } from "../../ui";
import { Suggestions } from "../quality/Suggestions";
import { TrendGrid } from "../quality/TrendGrid";

export function DatasetQuality({ dataset }: { dataset: string }) {
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
      <Suggestions dataset={dataset} />
    </div>
  );
}
