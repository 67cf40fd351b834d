// One node of a run: its figures, the plugin and build that did the work, its findings and its last log lines.
import type { ReactNode } from "react";
import { type LogLines, type NodeReport, type Run, useResource } from "../../api";
import { addresses, Link } from "../../app/router";
import { reportFrom } from "../../reports";
import {
  Bytes, Copyable, Duration, Figure, formatNumber, IconButton, ProblemView, Skeleton, StatusBadge,
} from "../../ui";
import { levelWord } from "./logLines";
import type { NodeRate } from "./useLiveRun";

interface Props {
  run: Run;
  node: NodeReport;
  rate?: NodeRate;
  onClose: () => void;
}

export function NodePanel({ run, node, rate, onClose }: Props) {
  const [plugin] = node.use.split("/");
  const version = node.use.split("@")[1];
  const findings = run.findings.map((finding, at) => ({ finding, at })).filter(({ finding }) => finding.node === node.name);
  const problem = run.problems.find((entry) => entry.node === node.name);
  const { progress } = node;
  const reportTitle = reportFrom(node.report)?.title;
  return (
    <aside className="run-node" aria-label={`Node ${node.name}`}>
      <header className="run-node-head">
        <h2>{node.name}</h2>
        <StatusBadge status={node.status} />
        <IconButton icon="close" label="Close the node" onClick={onClose} />
      </header>
      {problem && <ProblemView problem={problem} compact />}
      <dl className="run-facts">
        <Fact name="Rows in"><Figure value={node.rows_in} /></Fact>
        <Fact name="Rows out"><Figure value={node.rows_out} /></Fact>
        {rate?.rows !== undefined && <Fact name="Now"><Figure value={Math.round(rate.rows)} unit="rows/s" /></Fact>}
        <Fact name="Data out"><Bytes value={node.bytes_out} /></Fact>
        <Fact name="Batches"><Figure value={node.batches} /></Fact>
        <Fact name="Time"><Duration seconds={node.seconds} /></Fact>
        {(node.waits ?? []).map((wait) => (
          <Fact key={wait.input} name={(node.waits ?? []).length > 1 ? `Waits, ${wait.input}` : "Waits"}>
            <Duration seconds={wait.wait_seconds} /> for rows of {wait.from}, which waited <Duration seconds={wait.held_seconds} /> for this node
          </Fact>
        ))}
        <Fact name="Attempts"><Figure value={node.attempts} /></Fact>
        {/* What was counted last is no news of a node that has done all of it. */}
        {progress && node.status !== "succeeded" && (
          <Fact name="Progress">
            {formatNumber(progress.done ?? 0)}{progress.total ? ` of ${formatNumber(progress.total)}` : ""} {progress.phase}
          </Fact>
        )}
        {node.fused_into && <Fact name="Fused into">{node.fused_into}: one query did both, so rows between are not counted.</Fact>}
        <Fact name="Component">
          <Link to={addresses.plugin(plugin)}>{node.use.replace(/@.*$/, "")}</Link>
          {version && <span className="run-quiet"> version {version}</span>}
        </Fact>
        <Fact name="Build"><Copyable text={node.plugin_digest} short={19} label="Copy digest" /></Fact>
        {Object.entries(node.metrics ?? {}).map(([name, value]) => (
          <Fact key={name} name={name.replace(/_/g, " ")}><Figure value={value} /></Fact>
        ))}
      </dl>
      {reportTitle && (
        <section>
          <h3>Report</h3>
          <Link to={`${addresses.run(run.run)}?tab=reports`}>{reportTitle}</Link>
        </section>
      )}
      {findings.length > 0 && (
        <section>
          <h3>Findings</h3>
          <ul className="run-node-findings">
            {findings.map(({ finding, at }) => (
              <li key={at}>
                <Link to={`${addresses.run(run.run)}?tab=findings&finding=${at}`}>
                  <StatusBadge status={finding.passed ? "passed" : finding.severity === "warn" ? "warn" : "failed"} />
                  {" "}{finding.rule} {finding.column ?? finding.columns?.join(", ")}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      <NodeLog run={run} node={node.name} />
    </aside>
  );
}

const shownLines = 20;

function NodeLog({ run, node }: { run: Run; node: string }) {
  const log = useResource<LogLines>(`/runs/${run.run}/log`, { node, limit: shownLines }, {
    on: (event) => event.subject === run.run && event.type.startsWith("run.") && event.type !== "run.progress",
  });
  const lines = log.data?.items ?? [];
  return (
    <section>
      <h3>Log</h3>
      {log.loading && <Skeleton lines={3} />}
      {log.problem && <ProblemView problem={log.problem} onRetry={() => void log.reload()} compact />}
      {log.data && lines.length === 0 && <p className="run-quiet">This node has logged nothing.</p>}
      <ol className="run-node-log">
        {lines.map((line, at) => <li key={at} className={`is-${levelWord(line.level)}`}>{line.text}</li>)}
      </ol>
      {log.data?.next && <Link to={`${addresses.run(run.run)}?tab=log&node=${encodeURIComponent(node)}`}>All lines</Link>}
    </section>
  );
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="run-fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
