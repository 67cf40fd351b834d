// What changed between two versions: columns, figures of each, and single rows once keys are named.
import { useMemo, useState } from "react";
import { type DatasetDiff, type DatasetVersion, useResource } from "../../api";
import { figure } from "../../charts";
import { type Column, SimpleTable } from "../../table";
import { Badge, Button, Card, ProblemView, Skeleton, TextField } from "../../ui";
import { datasetPath } from "./paths";
import { difference, numberOf, valueText } from "./values";

interface Props {
  dataset: string;
  from: number;
  to: number;
  versions: DatasetVersion[];
}

export function Diff({ dataset, from, to, versions }: Props) {
  const [keys, setKeys] = useState("");
  const [typed, setTyped] = useState("");
  const { data, problem, reload } = useResource<DatasetDiff>(datasetPath(dataset, "/diff"), { from, to, keys });
  const known = versions.find(({ version }) => version === to)?.schema.map(({ name }) => name) ?? [];
  return (
    <Card title={`Version ${from} against ${to}`}>
      {problem && <ProblemView problem={problem} onRetry={() => void reload()} />}
      {!data && !problem && <Skeleton lines={6} />}
      {data && <Columns diff={data} />}
      {data && <Figures diff={data} />}
      <form
        className="dataset-keys"
        onSubmit={(event) => {
          event.preventDefault();
          setKeys(typed.split(",").map((key) => key.trim()).filter(Boolean).join(","));
        }}
      >
        <TextField
          label="Columns that identify a row"
          help="With commas. Rows are then matched by them, and added, removed and changed ones are counted."
          placeholder={known.slice(0, 2).join(", ")}
          value={typed}
          onChange={setTyped}
        />
        <Button type="submit">Compare rows</Button>
      </form>
      {data?.rows && keys !== "" && <RowChanges rows={data.rows} />}
    </Card>
  );
}

function Columns({ diff }: { diff: DatasetDiff }) {
  if (diff.added.length + diff.removed.length + diff.changed.length === 0) {
    return <p className="dataset-quiet">The same columns, of the same types.</p>;
  }
  return (
    <ul className="dataset-changes" aria-label="Changes of columns">
      {diff.added.map((column) => (
        <li key={`+${column.name}`}><Badge tone="ok" icon="plus">Added</Badge> {column.name} <code>{column.type}</code></li>
      ))}
      {diff.removed.map((column) => (
        <li key={`-${column.name}`}><Badge tone="error" icon="minus">Removed</Badge> {column.name} <code>{column.type}</code></li>
      ))}
      {diff.changed.map((column) => (
        <li key={column.name}>
          <Badge tone="warn" icon="edit">Changed</Badge> {column.name} <code>{column.from}</code> to <code>{column.to}</code>
        </li>
      ))}
    </ul>
  );
}

interface Line {
  column: string;
  figure: string;
  from: unknown;
  to: unknown;
}

function Figures({ diff }: { diff: DatasetDiff }) {
  const [all, setAll] = useState(false);
  const lines = useMemo(() => linesOf(diff), [diff]);
  const changed = lines.filter((line) => JSON.stringify(line.from) !== JSON.stringify(line.to));
  const columns: Column<Line>[] = [
    { key: "column", title: "Column" },
    { key: "figure", title: "Figure" },
    { key: "from", title: `Version ${diff.from}`, kind: "figure" },
    { key: "to", title: `Version ${diff.to}`, kind: "figure" },
    { key: "change", title: "Change", kind: "figure", value: changeOf },
  ];
  return (
    <>
      <SimpleTable
        label="Figures of the columns"
        columns={columns}
        rows={all ? lines : changed}
        rowKey={(line) => `${line.column} ${line.figure}`}
        empty={<p className="dataset-quiet">No figure of any column changed.</p>}
      />
      {lines.length > changed.length && (
        <Button kind="quiet" size="small" pressed={all} onClick={() => setAll(!all)}>
          {all ? "Only what changed" : `Also the ${figure(lines.length - changed.length)} that did not change`}
        </Button>
      )}
    </>
  );
}

function linesOf(diff: DatasetDiff): Line[] {
  const rows: Line[] = diff.rows && (diff.rows.from !== undefined || diff.rows.to !== undefined)
    ? [{ column: "All", figure: "rows", from: diff.rows.from, to: diff.rows.to }]
    : [];
  return rows.concat(diff.figures.flatMap((entry) => {
    const names = [...new Set([...Object.keys(entry.from ?? {}), ...Object.keys(entry.to ?? {})])];
    return names.map((name) => ({ column: entry.column, figure: name, from: entry.from?.[name], to: entry.to?.[name] }));
  }));
}

function changeOf(line: Line): string {
  const [from, to] = [numberOf(line.from), numberOf(line.to)];
  return from === undefined || to === undefined ? "" : difference(from, to);
}

function RowChanges({ rows }: { rows: NonNullable<DatasetDiff["rows"]> }) {
  const columns = (rows.examples?.schema ?? []).map((column, at): Column<unknown[]> => ({
    key: column.name, title: column.name, value: (row) => row[at],
  }));
  const parts = [["added", rows.added], ["removed", rows.removed], ["changed", rows.changed]] as const;
  return (
    <>
      <dl className="dataset-facts">
        {parts.map(([name, count]) => <div key={name}><dt>Rows {name}</dt><dd>{valueText(count)}</dd></div>)}
      </dl>
      {columns.length > 0 && <SimpleTable label="Some of these rows" columns={columns} rows={rows.examples?.rows ?? []} />}
    </>
  );
}
