// Where a version came from, as the host saw it: base, data, plugins, parameters, seeds, training.
import type { ReactNode } from "react";
import type { ModelVersion } from "../../api";
import { addresses, Link } from "../../app/router";
import { rounded } from "../../charts";
import { FigureTable } from "../../reports";
import { cellText, type Column, SimpleTable } from "../../table";
import { Card, Copyable, EmptyState, Values } from "../../ui";
import { baseOf } from "./modelWords";
import { Fact } from "./ModelOverview";

export function ModelLineage({ version }: { version: ModelVersion }) {
  const { lineage, run } = version;
  const base = baseOf(lineage.base ?? version.document.base);
  const { nodes = [], plugins = [], datasets = [], models = [], seeds = [], training = [], figures = [] } = lineage;
  const parameters = Object.entries(lineage.parameters ?? {});
  if (!base && !run && nodes.length + plugins.length + datasets.length + models.length === 0) {
    return <EmptyState title="No lineage" text="It was added by hand and says no base. A version that a run registers tells its data, plugins and settings here." />;
  }
  return (
    <>
      <Card title="Made from">
        <dl className="model-facts">
          {base && <Fact name="Base">{base.model ? <Link to={`${addresses.model(base.model)}${base.version ? `?version=${base.version}` : ""}`}>{base.words}</Link> : base.words}</Fact>}
          {run && <Fact name="Run"><Link to={addresses.run(run)}>{run.slice(-8)}</Link></Fact>}
          {parameters.map(([name, value]) => <Fact key={name} name={`Parameter ${name}`}>{cellText(value)}</Fact>)}
          {seeds.map((seed, at) => <Fact key={at} name={`Seed of ${seed.node ?? "?"}`}>{seed.value}</Fact>)}
        </dl>
      </Card>
      <Part title="Data" rows={datasets} columns={[
        { key: "dataset", title: "Dataset", render: (row) => row.dataset ? <Link to={`${addresses.dataset(row.dataset)}?version=${row.version ?? ""}`}>{row.dataset}</Link> : "–" },
        { key: "version", title: "Version", kind: "figure" }, { key: "node", title: "Node" },
        { key: "digest", title: "Digest", kind: "id", render: (row) => digest(row.digest) },
      ]} />
      <Part title="Models" rows={models} columns={[
        { key: "model", title: "Model", render: (row) => <Link to={`${addresses.model(row.model)}?version=${row.version}`}>{row.model}</Link> },
        { key: "version", title: "Version", kind: "figure" }, { key: "reference", title: "Asked for" }, { key: "node", title: "Node" },
        { key: "digest", title: "Digest", kind: "id", render: (row) => digest(row.digest) },
      ]} />
      <Part title="Plugins" rows={plugins} columns={[
        { key: "name", title: "Plugin", render: (row) => row.name ? <Link to={addresses.plugin(row.name)}>{row.name}</Link> : "–" },
        { key: "version", title: "Version" }, { key: "digest", title: "Digest", kind: "id", render: (row) => digest(row.digest) },
      ]} />
      {nodes.length > 0 && (
        <Card title="Nodes">
          <ol className="model-nodes">
            {nodes.map((node, at) => (
              <li key={at}>
                <p><b>{node.name}</b> <span className="model-quiet">{[node.use, node.kind].filter(Boolean).join(", ")}</span></p>
                <Values of={node.with ?? {}} label={`Configuration of ${node.name ?? node.use ?? "the node"}`} />
              </li>
            ))}
          </ol>
        </Card>
      )}
      {training.map((entry, at) => (
        <Card key={at} title={`Training of ${entry.node ?? "?"}`}>
          <div className="model-training">
            <dl className="model-facts">
              {Object.entries(entry.metrics ?? {}).map(([name, value]) => <Fact key={name} name={name.replace(/_/g, " ")}><span title={String(value)}>{rounded(value)}</span></Fact>)}
            </dl>
            {(entry.figures ?? []).length > 0 && <FigureTable label={`Figures of ${entry.node ?? "the training"}`} figures={entry.figures ?? []} />}
          </div>
        </Card>
      ))}
      {figures.length > 0 && <Card title="Told by the run that made it"><FigureTable label="Figures of the run that made it" figures={figures} /></Card>}
    </>
  );
}

function Part<Row>({ title, rows, columns }: { title: string; rows: Row[]; columns: Column<Row>[] }) {
  return rows.length === 0 ? null : <Card title={title}><SimpleTable label={title} columns={columns} rows={rows} /></Card>;
}

function digest(text: string | undefined): ReactNode {
  return text ? <Copyable text={text} short={20} /> : "–";
}
