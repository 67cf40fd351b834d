// All versions of a model; two chosen ones are compared by their figures.
import { useMemo } from "react";
import { type FigureComparison, type ModelVersionEntry, useResource } from "../../api";
import { addresses, Link, useQueryState } from "../../app/router";
import { bytes } from "../../charts";
import { FigureComparisonTable, Headline } from "../../reports";
import { type Column, DataTable, pairOf, withTwo } from "../../table";
import { Card, Copyable, ProblemView, RelativeTime, Skeleton } from "../../ui";

export function ModelVersions({ model, versions }: { model: string; versions: ModelVersionEntry[] }) {
  const [compared, setCompared] = useQueryState("compare");
  const chosen = useMemo(() => new Set(compared.split(",").filter((text) => /^\d+$/.test(text))), [compared]);
  const columns = useMemo(() => columnsFor(model), [model]);
  const pair = pairOf(chosen);
  return (
    <>
      <DataTable
        id="model-versions"
        label={`Versions of ${model}`}
        columns={columns}
        rows={versions}
        rowKey={(row) => String(row.version)}
        chosen={chosen}
        onChoose={(row) => setCompared([...withTwo(chosen, String(row.version))].join(",") || null)}
        height={380}
        tools={(
          <span className="model-quiet" role="status">
            {versions.length < 2 ? "There is one version; two can be compared."
              : pair ? `Comparing ${pair[0]} with ${pair[1]}.` : "Choose two versions to compare them."}
          </span>
        )}
      />
      {pair && <Comparison key={pair.join()} model={model} from={pair[0]} to={pair[1]} />}
    </>
  );
}

function Comparison({ model, from, to }: { model: string; from: number; to: number }) {
  const { data, problem, reload } = useResource<FigureComparison>(`/models/${encodeURIComponent(model)}/compare`, { from, to });
  return (
    <Card title={`Version ${from} and version ${to}`} subtitle="A difference is claimed only where the intervals lie apart.">
      {problem && !data && <ProblemView problem={problem} onRetry={() => void reload()} />}
      {!problem && !data && <Skeleton lines={4} />}
      {data && (data.figures.length > 0
        ? <FigureComparisonTable comparison={data} />
        : <p className="model-quiet">Neither version has figures.</p>)}
    </Card>
  );
}

function columnsFor(model: string): Column<ModelVersionEntry>[] {
  return [
    {
      key: "version", title: "Version", kind: "figure", width: 90, fixed: true,
      render: (row) => <Link to={`${addresses.model(model)}?version=${row.version}`}>{row.version}</Link>,
    },
    { key: "aliases", title: "Aliases", width: 170, value: (row) => row.aliases.join(", ") },
    { key: "figures", title: "Figures", width: 300, grows: true, value: (row) => row.figures?.length ?? 0, render: (row) => <Headline figures={row.figures ?? []} /> },
    { key: "created_at", title: "Registered", width: 140, render: (row) => <RelativeTime at={row.created_at} /> },
    { key: "format", title: "Format", width: 100 },
    { key: "bytes", title: "Size", kind: "figure", width: 100, render: (row) => bytes(row.bytes) },
    {
      key: "run", title: "From", width: 130,
      render: (row) => row.run ? <Link to={addresses.run(row.run)}>run {row.run.slice(-8)}</Link> : "added by hand",
    },
    { key: "author", title: "By", width: 110 },
    { key: "digest", title: "Digest", kind: "id", width: 210, hidden: true, render: (row) => <Copyable text={row.digest} short={20} /> },
  ];
}
