// What a connection was used for, by day, as far as the components told.
import type { ConnectionUsage } from "../../api";
import { figure } from "../../charts";
import { type Column, SimpleTable } from "../../table";
import { EmptyState } from "../../ui";

const columns: Column<ConnectionUsage>[] = [
  { key: "day", title: "Day" },
  { key: "requests", title: "Requests", kind: "figure" },
  { key: "input_tokens", title: "Tokens in", kind: "figure" },
  { key: "output_tokens", title: "Tokens out", kind: "figure" },
  { key: "cost", title: "Cost", kind: "figure", value: (row) => row.cost === undefined ? undefined : figure(row.cost) },
];

export function ConnectionUse({ usage }: { usage: ConnectionUsage[] }) {
  if (usage.length === 0) return <EmptyState icon="chart" title="Not used yet" text="Runs tell here by day what they asked for through it." />;
  return <SimpleTable label="Use by day" columns={columns} rows={usage} rowKey={(row) => row.day} />;
}
