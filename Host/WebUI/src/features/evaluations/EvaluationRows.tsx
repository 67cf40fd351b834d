// Row by row what was found: the dataset that the run published from the evaluator's rows, fetched as it scrolls.
import { type Dataset, useResource } from "../../api";
import { EmptyState, ProblemView, Skeleton } from "../../ui";
import { datasetPath } from "../datasets/paths";
import { Preview } from "../datasets/Preview";
import "../datasets/datasets.css";

export function EvaluationRows({ mention }: { mention: { dataset: string; version: number } }) {
  const { data, problem, reload } = useResource<Dataset>(datasetPath(mention.dataset));
  if (problem && !data) return <ProblemView problem={problem} onRetry={() => void reload()} />;
  if (!data) return <Skeleton lines={8} />;
  const version = data.versions.find((entry) => entry.version === mention.version);
  if (!version) return <EmptyState title="These rows are gone" text={`Version ${mention.version} of ${mention.dataset} is no longer kept.`} />;
  return <Preview dataset={mention.dataset} version={version} />;
}
