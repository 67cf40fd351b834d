// Where a run's results come from: who, why, which versions, which builds, which data.
import type { ReactNode } from "react";
import type { Run } from "../../api";
import { addresses, Link } from "../../app/router";
import { type Column, SimpleTable } from "../../table";
import { Card, Copyable, formatBytes, RelativeTime } from "../../ui";
import { Fact } from "./NodePanel";
import { causeWord } from "./words";

type Output = Record<string, unknown>;
type Input = Run["inputs"][number];

interface Build {
  use: string;
  digest: string;
  nodes: string[];
}

const inputColumns: Column<Input>[] = [
  { key: "dataset", title: "Dataset", render: (input) => dataset(input.dataset) },
  { key: "version", title: "Version", kind: "figure", render: (input) => version(input.dataset, input.version) },
  { key: "node", title: "Read by" },
  { key: "digest", title: "Digest", render: (input) => <Copyable text={input.digest} short={19} label="Copy digest" /> },
];

const outputColumns: Column<Output>[] = [
  {
    key: "dataset", title: "What",
    render: (output) => (typeof output.dataset === "string" ? dataset(output.dataset) : String(output.folder ?? "A receipt")),
  },
  {
    key: "version", title: "Version", kind: "figure",
    render: (output) => (typeof output.version === "number" ? version(String(output.dataset), output.version) : "–"),
  },
  { key: "node", title: "Written by" },
  { key: "rows", title: "Rows", kind: "figure" },
  {
    key: "bytes", title: "Size", kind: "figure",
    render: (output) => (typeof output.bytes === "number" ? formatBytes(output.bytes) : "–"),
  },
  {
    key: "digest", title: "Digest",
    render: (output) => (typeof output.digest === "string" ? <Copyable text={output.digest} short={19} label="Copy digest" /> : "–"),
  },
];

const buildColumns: Column<Build>[] = [
  {
    key: "use", title: "Component",
    render: (build) => <Link to={addresses.plugin(build.use.split("/")[0])}>{build.use}</Link>,
  },
  { key: "nodes", title: "Nodes", value: (build) => build.nodes.join(", ") },
  { key: "digest", title: "Build", render: (build) => <Copyable text={build.digest} short={19} label="Copy digest" /> },
];

export function ProvenanceTab({ run }: { run: Run }) {
  const parameters = Object.entries(run.parameters);
  return (
    <div className="run-provenance">
      <Card title="Origin">
        <dl className="run-facts">
          <Fact name="Run"><Copyable text={run.run} /></Fact>
          <Fact name="Pipeline">
            <Link to={addresses.pipeline(run.pipeline.name)}>{run.pipeline.name}</Link> version {run.pipeline.version}
          </Fact>
          <Fact name="Document"><Copyable text={run.pipeline.digest} short={19} label="Copy digest" /></Fact>
          <Fact name="Project">{run.project}</Fact>
          <Fact name="Cause">{causeWord(run.cause) ?? "–"}{run.caused_by && <> by {causedBy(run)}</>}</Fact>
          <Fact name="By">{run.actor ? `${run.actor.name} (${run.actor.kind})` : "–"}</Fact>
          {run.queued_at && <Fact name="Queued"><RelativeTime at={run.queued_at} /></Fact>}
          <Fact name="Started"><RelativeTime at={run.started_at} /></Fact>
          <Fact name="Finished"><RelativeTime at={run.finished_at} /></Fact>
        </dl>
      </Card>
      <Part title="Parameters" none="The pipeline was run without parameters." any={parameters.length > 0}>
        <SimpleTable
          label="Parameters"
          columns={[{ key: "0", title: "Name" }, { key: "1", title: "Value" }] as Column<[string, unknown]>[]}
          rows={parameters}
        />
      </Part>
      <Part title="Data read" none="No dataset of this host was read." any={run.inputs.length > 0}>
        <SimpleTable label="Data read" columns={inputColumns} rows={run.inputs} />
      </Part>
      <Part title="Data written" none="Nothing was written or published." any={run.outputs.length > 0}>
        <SimpleTable label="Data written" columns={outputColumns} rows={run.outputs as Output[]} />
      </Part>
      <Part title="Plugins" none="No plugin was loaded." any={run.nodes.length > 0}>
        <SimpleTable label="Plugins" columns={buildColumns} rows={buildsOf(run)} />
      </Part>
      {run.document !== undefined && (
        <Card title="Document that ran">
          <pre className="run-text" tabIndex={0} aria-label="Document that ran">{run.document}</pre>
        </Card>
      )}
    </div>
  );
}

function Part({ title, none, any, children }: { title: string; none: string; any: boolean; children: ReactNode }) {
  return <Card title={title}>{any ? children : <p className="run-quiet">{none}</p>}</Card>;
}

export function buildsOf(run: Run): Build[] {
  const builds = new Map<string, Build>();
  for (const node of run.nodes) {
    const key = `${node.use} ${node.plugin_digest}`;
    const known = builds.get(key);
    if (known) known.nodes.push(node.name);
    else builds.set(key, { use: node.use, digest: node.plugin_digest, nodes: [node.name] });
  }
  return [...builds.values()];
}

function causedBy(run: Run): ReactNode {
  const cause = run.caused_by ?? "";
  if (run.cause === "retry") return <Link to={addresses.run(cause)}>{cause}</Link>;
  if (run.cause === "dataset") return dataset(cause.replace(/@.*$/, ""), cause);
  return cause;
}

function dataset(name: string, text = name): ReactNode {
  return <Link to={addresses.dataset(name)}>{text}</Link>;
}

function version(name: string, number: number): ReactNode {
  return <Link to={`${addresses.dataset(name)}?version=${number}`}>{number}</Link>;
}
