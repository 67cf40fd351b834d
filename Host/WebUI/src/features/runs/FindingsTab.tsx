// What the checks of a run found: observed against limit, and the rows that failed.
import { useMemo } from "react";
import type { Finding, Run } from "../../api";
import { addresses, Link, useQueryState } from "../../app/router";
import { type Column, DataTable } from "../../table";
import { EmptyState, StatusBadge } from "../../ui";
import { FailingRowsView } from "./FailingRowsView";
import { hasRows, measured } from "./findings";

interface Row {
  finding: Finding;
  at: number;
}

const columns: Column<Row>[] = [
  {
    key: "passed", title: "Result", width: 110, fixed: true, value: ({ finding }) => findingStatus(finding),
    render: ({ finding }) => <StatusBadge status={findingStatus(finding)} />,
  },
  { key: "rule", title: "Rule", width: 180, value: ({ finding }) => finding.rule },
  { key: "column", title: "Column", width: 150, value: ({ finding }) => columnsText(finding) },
  {
    key: "observed", title: "Observed", width: 120, kind: "figure", value: ({ finding }) => finding.observed,
    render: ({ finding }) => measured(finding.observed, finding.unit),
  },
  {
    key: "limit", title: "Limit", width: 120, kind: "figure", value: ({ finding }) => finding.limit,
    render: ({ finding }) => measured(finding.limit, finding.unit),
  },
  { key: "unit", title: "Unit", width: 80, value: ({ finding }) => finding.unit ?? "" },
  { key: "failing", title: "Failing rows", width: 110, kind: "figure", value: ({ finding }) => finding.failing_rows },
  { key: "severity", title: "Severity", width: 90, value: ({ finding }) => finding.severity },
  { key: "node", title: "Check", width: 130, value: ({ finding }) => finding.node },
  { key: "message", title: "Message", width: 260, grows: true, value: ({ finding }) => finding.message ?? "" },
];

const keyOf = ({ at }: Row) => String(at);
const toneOf = ({ finding }: Row) =>
  finding.passed ? undefined : finding.severity === "warn" ? "warn" as const : "error" as const;

export function findingStatus(finding: Finding): string {
  return finding.passed ? "passed" : finding.severity === "warn" ? "warn" : "failed";
}

export function columnsText(finding: Finding): string {
  return finding.column ?? finding.columns?.join(", ") ?? "";
}

export function FindingsTab({ run }: { run: Run }) {
  const [chosen, setChosen] = useQueryState("finding");
  // What failed is what one came for.
  const rows = useMemo(() => run.findings.map((finding, at): Row => ({ finding, at }))
    .sort((a, b) => Number(a.finding.passed) - Number(b.finding.passed) || a.at - b.at), [run.findings]);
  if (rows.length === 0) {
    return <EmptyState icon="check" title="No findings" text="This pipeline has no checks, or the run ended before them." />;
  }
  const row = rows.find((entry) => String(entry.at) === chosen);
  return (
    <div className="run-fill">
      <GateLine run={run} />
      <DataTable
        id="run-findings"
        label="Findings"
        columns={columns}
        rows={rows}
        rowKey={keyOf}
        rowHeight={34}
        tone={toneOf}
        marked={chosen}
        openOnClick
        onOpen={({ at }) => setChosen(String(at))}
        height={row ? 260 : 560}
      />
      {row && <FindingDetail run={run} row={row} />}
    </div>
  );
}

function GateLine({ run }: { run: Run }) {
  const tripped = run.gates.filter((gate) => gate.tripped);
  if (tripped.length === 0) return null;
  return (
    <ul className="run-gates">
      {tripped.map((gate) => (
        <li key={`${gate.node} ${gate.action}`}>
          <StatusBadge status={gate.action === "stop" ? "stopped" : "warn"} />
          {gate.action === "stop" && ` The gate of ${gate.node} stopped the run: nothing was published.`}
          {gate.action === "quarantine" && ` The gate of ${gate.node} took rows out: ${gate.quarantined_rows ?? "not counted"}.`}
          {gate.action === "warn" && ` The gate of ${gate.node} warned; the run went on.`}
        </li>
      ))}
    </ul>
  );
}

function FindingDetail({ run, row: { finding, at } }: { run: Run; row: Row }) {
  return (
    <section className="run-finding" aria-label={`Finding ${finding.rule} ${columnsText(finding)}`}>
      <header>
        <h2>{finding.rule} {columnsText(finding)}</h2>
        <Link to={`${addresses.pipeline(run.pipeline.name)}?node=${encodeURIComponent(finding.node)}`}>Open the rule</Link>
        <Link to={`/quality?pipeline=${encodeURIComponent(run.pipeline.name)}&node=${encodeURIComponent(finding.node)}`}>
          Trend
        </Link>
      </header>
      {finding.message && <p>{finding.message}</p>}
      {hasRows(run, finding) ? <FailingRowsView run={run.run} finding={at} /> : (
        <p className="run-quiet">
          {finding.passed && !finding.failing_rows ? "No row failed this rule." : "This check kept no failing rows: its rule is about the whole table, or it was not asked to."}
        </p>
      )}
    </section>
  );
}
