// All versions of a dataset; two chosen ones are compared.
import { useMemo } from "react";
import type { DatasetVersion } from "../../api";
import { addresses, Link, useQueryState } from "../../app/router";
import { bytes } from "../../charts";
import { type Column, DataTable } from "../../table";
import { Copyable, RelativeTime } from "../../ui";
import { Diff } from "./Diff";

export function Versions({ dataset, versions }: { dataset: string; versions: DatasetVersion[] }) {
  const [compared, setCompared] = useQueryState("compare");
  const chosen = useMemo(() => new Set(compared.split(",").filter((text) => /^\d+$/.test(text))), [compared]);
  const columns = useMemo(() => columnsFor(dataset), [dataset]);
  const choose = (row: DatasetVersion) => {
    const key = String(row.version);
    const next = chosen.has(key) ? [...chosen].filter((other) => other !== key) : [...chosen, key].slice(-2);
    setCompared(next.join(",") || null);
  };
  const [from, to] = [...chosen].map(Number).sort((a, b) => a - b);
  return (
    <div className="dataset-versions">
      <DataTable
        id="dataset-versions"
        label={`Versions of ${dataset}`}
        columns={columns}
        rows={versions}
        rowKey={(row) => String(row.version)}
        chosen={chosen}
        onChoose={choose}
        height={380}
        tools={(
          <span className="dataset-hint" role="status">
            {versions.length < 2
              ? "There is one version; two can be compared."
              : chosen.size === 2 ? `Comparing ${from} with ${to}.` : "Choose two versions to compare them."}
          </span>
        )}
      />
      {chosen.size === 2 && <Diff key={`${from} ${to}`} dataset={dataset} from={from} to={to} versions={versions} />}
    </div>
  );
}

function columnsFor(dataset: string): Column<DatasetVersion>[] {
  return [
    {
      key: "version", title: "Version", kind: "figure", width: 90, fixed: true,
      render: (row) => <Link to={`${addresses.dataset(dataset)}?tab=preview&version=${row.version}`}>{row.version}</Link>,
    },
    { key: "published_at", title: "Published", width: 150, render: (row) => <RelativeTime at={row.published_at} /> },
    { key: "rows", title: "Rows", kind: "figure", width: 120 },
    { key: "columns", title: "Columns", kind: "figure", width: 90, value: (row) => row.schema.length },
    { key: "bytes", title: "Size", kind: "figure", width: 100, render: (row) => bytes(row.bytes) },
    {
      key: "run", title: "By run", kind: "id", width: 120,
      render: (row) => <Link to={addresses.run(row.run)}>{row.run.slice(-8)}</Link>,
    },
    {
      key: "pipeline", title: "Pipeline", width: 160,
      render: (row) => row.pipeline ? <Link to={addresses.pipeline(row.pipeline)}>{row.pipeline}</Link> : "–",
    },
    { key: "digest", title: "Digest", kind: "id", width: 210, grows: true, render: (row) => <Copyable text={row.digest} short={20} /> },
  ];
}
