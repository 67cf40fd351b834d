// Saved connections: what each is of, and what its last check found.
import { useMemo } from "react";
import { type ComponentList, type ConnectionEntry, type Connections, useResource } from "../../api";
import { useCommand } from "../../app/commands";
import { addresses, Link, navigate, useQueryState } from "../../app/router";
import { useSession } from "../../app/session";
import { type Column, DataTable } from "../../table";
import { Button, EmptyState, Page, ProblemView, RelativeTime, Skeleton, TextField } from "../../ui";
import "./connections.css";
import { HealthBadge } from "./Health";

export default function ConnectionsPage() {
  const { project, why } = useSession();
  const [text, setText] = useQueryState("q");
  const list = useResource<Connections>("/connections", { project }, { on: (event) => event.type.startsWith("connection.") });
  const components = useResource<ComponentList>("/components");
  const columns = useMemo(() => columnsWith(components.data), [components.data]);
  const words = text.toLowerCase();
  const rows = useMemo(
    () => list.data?.items.filter((entry) => `${entry.name} ${entry.use} ${entry.health?.message ?? ""}`.toLowerCase().includes(words)),
    [list.data, words]
  );
  const reason = why("admin");
  useCommand(reason ? null : { id: "connections.new", title: "New connection", keys: "n", group: "Connections", icon: "plus", run: () => navigate("/connections/new") });
  const add = <Button kind="primary" icon="plus" to="/connections/new" reason={reason}>New connection</Button>;
  return (
    <Page title="Connections" actions={add} full>
      <div className="connection-list">
        {list.problem && !list.data && <ProblemView problem={list.problem} onRetry={() => void list.reload()} />}
        {list.loading && <Skeleton lines={8} />}
        {rows && (
          <DataTable
            id="connections"
            label="Connections"
            columns={columns}
            rows={rows}
            rowKey={(row) => `${row.project}/${row.name}`}
            onOpen={(row) => navigate(addresses.connection(row.project, row.name))}
            tone={(row) => (row.health?.works === false ? "error" : undefined)}
            rowHeight={36}
            tools={<TextField label="Search connections" hideLabel type="search" placeholder="Search connections" value={text} onChange={setText} data-search />}
            empty={text
              ? <EmptyState title="No connection fits" text="Search looks at names, components and words of the last check." action={<Button onClick={() => setText(null)}>Show all</Button>} />
              : <EmptyState icon="link" title="No connections yet" text="A connection is a component's configuration under a name: nodes say “connection: NAME” and share it." action={add} />}
          />
        )}
      </div>
    </Page>
  );
}

function columnsWith(components: ComponentList | undefined): Column<ConnectionEntry>[] {
  const titles = new Map(components?.items.map((item) => [`${item.plugin}/${item.name}`, item.title]));
  return [
    {
      key: "name", title: "Name", width: 180, fixed: true,
      render: (row) => <Link to={addresses.connection(row.project, row.name)}>{row.name}</Link>,
    },
    { key: "use", title: "Of", width: 220, value: (row) => titles.get(row.use) ?? row.use },
    { key: "health", title: "Last check", width: 140, value: (row) => row.health?.works, render: (row) => <HealthBadge works={row.health?.works} /> },
    { key: "message", title: "It said", width: 260, grows: true, value: (row) => row.health?.message },
    { key: "checked", title: "Checked", width: 130, value: (row) => row.health?.checked_at, render: (row) => <RelativeTime at={row.health?.checked_at} /> },
    { key: "revision", title: "Revision", kind: "figure", width: 90 },
    { key: "updated_at", title: "Changed", width: 130, render: (row) => <RelativeTime at={row.updated_at} /> },
    { key: "updated_by", title: "By", width: 110 },
    { key: "project", title: "Project", width: 110 },
  ];
}
