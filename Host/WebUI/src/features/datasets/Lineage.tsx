// Where a dataset comes from and what was made of it, as a graph and as a list.
import { useMemo, useState } from "react";
import { type Lineage as LineageData, useResource } from "../../api";
import { addresses, Link, navigate } from "../../app/router";
import { LiveGraph } from "../../graph";
import { Button, Card, EmptyState, NumberField, ProblemView, Skeleton, StatusBadge } from "../../ui";
import { datasetPath } from "./paths";

type Node = LineageData["nodes"][number];

export function Lineage({ dataset }: { dataset: string }) {
  const [depth, setDepth] = useState(5);
  const [selected, setSelected] = useState<string>();
  const { data, problem, reload } = useResource<LineageData>(datasetPath(dataset, "/lineage"), { depth }, {
    on: (event) => event.type === "dataset.published" || event.type === "run.finished",
  });
  const nodes = useMemo(() => (data?.nodes ?? []).map((node) => ({
    id: node.id, title: node.name, subtitle: subtitle(node, dataset), status: node.status,
  })), [data, dataset]);
  const edges = useMemo(() => (data?.edges ?? []).map((edge) => ({
    from: edge.from, to: edge.to, label: edge.runs === undefined ? undefined : `${edge.runs} ${edge.runs === 1 ? "run" : "runs"}`,
  })), [data]);
  if (problem && !data) return <ProblemView problem={problem} onRetry={() => void reload()} />;
  if (!data) return <Skeleton lines={10} />;
  if (data.edges.length === 0) {
    return (
      <EmptyState
        title="No lineage yet"
        text="Runs record which dataset versions they read and publish. This one was neither made by a run that is kept nor read by one."
      />
    );
  }
  const chosen = data.nodes.find((node) => node.id === selected);
  const page = chosen && pageOf(chosen);
  return (
    <div className="dataset-lineage">
      <div className="dataset-tools">
        <NumberField
          label="Steps each way"
          integer
          min={1}
          max={20}
          value={depth}
          onChange={(value) => value && setDepth(Math.max(1, Math.min(20, Math.round(value))))}
        />
        <span className="dataset-hint">A click chooses, a double click or Enter opens.</span>
      </div>
      <LiveGraph
        label={`Lineage of ${dataset}`}
        nodes={nodes}
        edges={edges}
        selected={selected}
        onSelect={setSelected}
        onOpen={(id) => {
          const node = data.nodes.find((entry) => entry.id === id);
          const to = node && pageOf(node);
          if (to) navigate(to);
        }}
        height={460}
      />
      {chosen && (
        <Card title={chosen.name} subtitle={kindWord(chosen)} actions={page && <Button to={page}>Open</Button>}>
          <dl className="dataset-facts">
            {chosen.version !== undefined && <div><dt>Version</dt><dd>{chosen.version}</dd></div>}
            {chosen.project && <div><dt>Project</dt><dd>{chosen.project}</dd></div>}
            {chosen.status && <div><dt>Last run</dt><dd><StatusBadge status={chosen.status} /></dd></div>}
            {chosen.run && <div><dt>Run</dt><dd><Link to={addresses.run(chosen.run)}>{chosen.run.slice(-8)}</Link></dd></div>}
          </dl>
        </Card>
      )}
    </div>
  );
}

function subtitle(node: Node, dataset: string): string {
  const here = node.kind === "dataset" && node.name === dataset ? "this dataset" : kindWord(node);
  return node.version === undefined ? here : `${here}, version ${node.version}`;
}

function kindWord(node: Node): string {
  return node.kind === "external" ? "outside this host" : node.kind;
}

function pageOf(node: Node): string | undefined {
  return node.kind === "external" ? undefined : addresses[node.kind](node.name);
}
