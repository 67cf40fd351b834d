// When a plugin died or was killed, in which run and node, newest first.
import type { Plugin } from "../../api";
import { addresses, Link } from "../../app/router";
import { type Column, DataTable } from "../../table";
import { EmptyState, RelativeTime } from "../../ui";

type Crash = Plugin["crashes"][number];

const columns: Column<Crash>[] = [
  { key: "at", title: "When", width: 150, render: (crash) => <RelativeTime at={crash.at} /> },
  { key: "code", title: "Code", kind: "id", width: 100 },
  {
    key: "run", title: "Run", kind: "id", width: 110,
    render: (crash) => <Link to={addresses.run(crash.run)}>{crash.run.slice(-8)}</Link>,
  },
  { key: "node", title: "Node", width: 160 },
  { key: "detail", title: "What happened", width: 360, grows: true },
];

export function Crashes({ plugin }: { plugin: Plugin }) {
  if (plugin.crashes.length === 0) {
    return <EmptyState title="It has not crashed" text="A crash fails its run and nothing else; it would be listed here." />;
  }
  return <DataTable id="plugin-crashes" label={`Crashes of ${plugin.title}`} columns={columns} rows={plugin.crashes} height={640} />;
}
