// The registry: every model with its newest version, aliases, form, size and where it came from.
import { useEffect, useState } from "react";
import { type ModelSummary, usePages } from "../../api";
import { addresses, Link, navigate, useQueryState } from "../../app/router";
import { useSession } from "../../app/session";
import { bytes } from "../../charts";
import { type Column, DataTable } from "../../table";
import { Badge, Button, EmptyState, Page, ProblemView, RelativeTime, Skeleton, TextField } from "../../ui";
import "./models.css";

export default function ModelsPage() {
  const { project } = useSession();
  const [text, setText] = useQueryState("q");
  const [search, setSearch] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setSearch(text), 200);
    return () => window.clearTimeout(timer);
  }, [text]);
  const list = usePages<ModelSummary>("/models", { project, q: search }, { on: (event) => event.type.startsWith("model.") });
  return (
    <Page title="Models" full>
      <div className="model-list">
        {list.problem && !list.items && <ProblemView problem={list.problem} onRetry={list.reload} />}
        {list.loading && <Skeleton lines={8} />}
        {list.items && (
          <DataTable
            id="models"
            label="Models"
            columns={columns}
            rows={list.items}
            rowKey={(row) => row.model}
            onOpen={(row) => navigate(addresses.model(row.model))}
            onEnd={list.more}
            rowHeight={36}
            tools={<TextField label="Search models" hideLabel type="search" placeholder="Search models" value={text} onChange={setText} data-search />}
            empty={search
              ? <EmptyState title="No model fits" text="Search looks at names and descriptions." action={<Button onClick={() => setText(null)}>Show all</Button>} />
              : (
                <EmptyState
                  icon="models"
                  title="No models yet"
                  text="What pipelines train and register stands here, and what “ote models add” takes in."
                  action={<Button kind="primary" to="/pipelines">Open a pipeline</Button>}
                />
              )}
          />
        )}
      </div>
    </Page>
  );
}

const columns: Column<ModelSummary>[] = [
  {
    key: "model", title: "Name", width: 210, fixed: true,
    render: (row) => <Link to={addresses.model(row.model)} title={row.description}>{row.model}</Link>,
  },
  { key: "version", title: "Version", kind: "figure", width: 80 },
  {
    key: "aliases", title: "Aliases", width: 240, grows: true,
    value: (row) => Object.entries(row.aliases).map(([alias, version]) => `${alias} ${version}`).join(", "),
    render: (row) => (
      <span className="model-aliases">
        {Object.entries(row.aliases).map(([alias, version]) => <Badge key={alias} icon="tag">{alias} · {version}</Badge>)}
      </span>
    ),
  },
  { key: "format", title: "Format", width: 95 },
  { key: "bytes", title: "Size", kind: "figure", width: 90, render: (row) => bytes(row.bytes) },
  {
    key: "run", title: "From", width: 125,
    render: (row) => row.run ? <Link to={addresses.run(row.run)}>run {row.run.slice(-8)}</Link> : "added by hand",
  },
  { key: "updated_at", title: "Changed", width: 110, render: (row) => <RelativeTime at={row.updated_at} /> },
  { key: "project", title: "Project", width: 100 },
  { key: "versions", title: "Versions kept", kind: "figure", width: 110, hidden: true },
  { key: "description", title: "Description", width: 240, hidden: true },
];
