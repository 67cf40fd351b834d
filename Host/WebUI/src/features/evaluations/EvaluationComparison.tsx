// The figures of this evaluation and another one side by side.
import { type Evaluation, type Evaluations, type FigureComparison, useResource } from "../../api";
import { addresses, Link, useQueryState } from "../../app/router";
import { FigureComparisonTable } from "../../reports";
import { EmptyState, formatRelative, ProblemView, Select, Skeleton } from "../../ui";
import { numbered } from "./words";

export function EvaluationComparison({ evaluation }: { evaluation: Evaluation }) {
  const [to, setTo] = useQueryState("to");
  const others = useResource<Evaluations>("/evaluations", { project: evaluation.project, limit: 200 });
  const comparison = useResource<FigureComparison>(to === "" ? null : `/evaluations/${evaluation.id}/compare`, { to });
  if (others.problem && !others.data) return <ProblemView problem={others.problem} onRetry={() => void others.reload()} />;
  if (!others.data) return <Skeleton lines={4} />;
  const choices = others.data.items.filter((entry) => entry.id !== evaluation.id);
  const options = choices.map((entry) => ({
    value: String(entry.id),
    label: [entry.title, entry.models.map((model) => model.model === undefined ? model.node : `${model.model}@${model.version ?? "?"}`).join(", "), formatRelative(entry.created_at)].filter(Boolean).join(" · "),
  }));
  if (choices.length === 0 && to === "") return <EmptyState icon="compare" title="There is no other evaluation yet" text="A second one, of another version or other data, can be compared with this." />;
  return (
    <>
      <Select label="Compare with" value={to} onChange={setTo} placeholder="Choose an evaluation"
        options={to === "" || options.some((option) => option.value === to) ? options : [{ value: to, label: numbered(to) }, ...options]} />
      {comparison.problem && !comparison.data && <ProblemView problem={comparison.problem} onRetry={() => void comparison.reload()} />}
      {comparison.loading && <Skeleton lines={4} />}
      {comparison.data && (
        <>
          <p className="evaluation-quiet">
            A difference is claimed only where the intervals lie apart. The other one: <Link to={addresses.evaluation(to)}>{numbered(comparison.data.second)}</Link>.
          </p>
          {comparison.data.figures.length > 0
            ? <FigureComparisonTable comparison={comparison.data} named={numbered} />
            : <EmptyState title="No figures" text="Neither evaluation told figures." />}
        </>
      )}
    </>
  );
}
