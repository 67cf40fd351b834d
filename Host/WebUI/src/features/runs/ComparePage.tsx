// Two runs side by side: what differs in figures, findings, parameters, builds and document.
import { useMemo, useState } from "react";
import { type Run, useResource } from "../../api";
import { addresses, Link, navigate, useQuery } from "../../app/router";
import { type Column, SimpleTable } from "../../table";
import {
  Button, Card, Checkbox, Duration, EmptyState, formatDuration, formatNumber, Page, ProblemView, RelativeTime, Skeleton,
  StatusBadge,
} from "../../ui";
import {
  buildPairs, change, findingPairs, inputPairs, nodePairs, type NodeFigures, type Pair, parameterPairs,
} from "./comparison";
import { DocumentDiff } from "./DocumentDiff";
import { findingStatus } from "./FindingsTab";
import "./runs.css";

export default function ComparePage() {
  const query = useQuery(["left", "right"]);
  const left = useResource<Run>(query.left ? `/runs/${encodeURIComponent(query.left)}` : null);
  const right = useResource<Run>(query.right ? `/runs/${encodeURIComponent(query.right)}` : null);
  const [onlyChanged, setOnlyChanged] = useState(false);
  const actions = (
    <Button
      icon="compare"
      onClick={() => navigate(`/runs/compare?left=${query.right}&right=${query.left}`, { replace: true })}
    >
      Swap
    </Button>
  );
  const problem = left.problem ?? right.problem;
  return (
    <Page title="Compare runs" trail={<Link to="/runs">Runs</Link>} actions={query.left && query.right ? actions : undefined}>
      {(!query.left || !query.right) && (
        <EmptyState
          icon="compare"
          title="Two runs are needed"
          text="Choose two runs in the list and compare them."
          action={<Button kind="primary" to="/runs">Open the list of runs</Button>}
        />
      )}
      {problem && <ProblemView problem={problem} onRetry={() => void Promise.all([left.reload(), right.reload()])} />}
      {(left.loading || right.loading) && !problem && <Skeleton lines={10} height={24} />}
      {left.data && right.data && (
        <div className="run-compare">
          <div className="run-compare-heads">
            <RunHead run={left.data} side="Left" />
            <RunHead run={right.data} side="Right" />
          </div>
          <Checkbox label="Only what differs" checked={onlyChanged} onChange={setOnlyChanged} />
          <Differences left={left.data} right={right.data} onlyChanged={onlyChanged} />
        </div>
      )}
    </Page>
  );
}

function RunHead({ run, side }: { run: Run; side: string }) {
  return (
    <Card title={side}>
      <div className="run-line">
        <StatusBadge status={run.status} />
        <Link to={addresses.run(run.run)}>{run.pipeline.name} version {run.pipeline.version}</Link>
        <RelativeTime at={run.started_at} />
        <Duration seconds={run.seconds} />
      </div>
      {run.problems[0] && <ProblemView problem={run.problems[0]} compact />}
    </Card>
  );
}

const nodeColumns: Column<Pair<NodeFigures>>[] = [
  { key: "name", title: "Node" },
  { key: "ls", title: "Left", value: (pair) => pair.left?.status ?? "absent" },
  { key: "rs", title: "Right", value: (pair) => pair.right?.status ?? "absent" },
  { key: "lr", title: "Rows left", kind: "figure", value: (pair) => pair.left?.rows },
  { key: "rr", title: "Rows right", kind: "figure", value: (pair) => pair.right?.rows },
  { key: "dr", title: "Change", kind: "figure", value: (pair) => change(pair.left?.rows, pair.right?.rows) },
  { key: "lt", title: "Time left", kind: "figure", value: (pair) => time(pair.left?.seconds) },
  { key: "rt", title: "Time right", kind: "figure", value: (pair) => time(pair.right?.seconds) },
  { key: "dt", title: "Change", kind: "figure", value: (pair) => change(pair.left?.seconds, pair.right?.seconds) },
];

const findingColumns: Column<ReturnType<typeof findingPairs>[number]>[] = [
  { key: "name", title: "Rule" },
  { key: "left", title: "Left", render: (pair) => (pair.left ? <StatusBadge status={findingStatus(pair.left)} /> : "absent") },
  { key: "lo", title: "Observed left", kind: "figure", value: (pair) => pair.left?.observed },
  { key: "right", title: "Right", render: (pair) => (pair.right ? <StatusBadge status={findingStatus(pair.right)} /> : "absent") },
  { key: "ro", title: "Observed right", kind: "figure", value: (pair) => pair.right?.observed },
];

const textColumns = (name: string): Column<Pair<string>>[] => [
  { key: "name", title: name },
  { key: "left", title: "Left", value: (pair) => pair.left },
  { key: "right", title: "Right", value: (pair) => pair.right },
];

interface PartProps<Value> {
  title: string;
  pairs: Pair<Value>[];
  columns: Column<Pair<Value>>[];
  onlyChanged: boolean;
}

function Part<Value>({ title, pairs, columns, onlyChanged }: PartProps<Value>) {
  const differing = pairs.filter((pair) => pair.changed);
  const shown = onlyChanged ? differing : pairs;
  const counted = `${formatNumber(differing.length)} of ${formatNumber(pairs.length)} differ`;
  return (
    <Card title={title} subtitle={pairs.length === 0 ? undefined : counted}>
      {shown.length > 0 ? (
        <SimpleTable label={title} columns={columns} rows={shown} rowKey={(pair) => pair.name} />
      ) : (
        <p className="run-quiet">{pairs.length === 0 ? "Neither run has any." : "Nothing differs."}</p>
      )}
    </Card>
  );
}

function Differences({ left, right, onlyChanged }: { left: Run; right: Run; onlyChanged: boolean }) {
  const common = { onlyChanged };
  const parts = useMemo(() => ({
    nodes: nodePairs(left, right), findings: findingPairs(left, right), parameters: parameterPairs(left, right),
    inputs: inputPairs(left, right), builds: buildPairs(left, right),
  }), [left, right]);
  return (
    <>
      <Part title="Nodes" pairs={parts.nodes} columns={nodeColumns} {...common} />
      <Part title="Findings" pairs={parts.findings} columns={findingColumns} {...common} />
      <Part title="Parameters" pairs={parts.parameters} columns={textColumns("Parameter")} {...common} />
      <Part title="Data read" pairs={parts.inputs} columns={textColumns("Dataset")} {...common} />
      <Part title="Plugins" pairs={parts.builds} columns={textColumns("Plugin")} {...common} />
      <Card title="Document">
        <DocumentDiff left={left.document} right={right.document} />
      </Card>
    </>
  );
}

function time(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : formatDuration(seconds);
}
