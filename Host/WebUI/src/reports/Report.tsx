// A plugin's report: its metrics, charts, tables and words, drawn like everyone's.
import { useMemo } from "react";
import { Chart, figure, rounded } from "../charts";
import { cellText, type Column, DataTable, SimpleTable } from "../table";
import { Markdown } from "../ui";
import { type Metric, reportFrom, type ReportTable } from "./reportShape";
import "./reports.css";

interface Props {
  report: unknown;
  showTitle?: boolean;
  /** What it is about, where several are shown: the names of its tables have to differ. */
  about?: string;
}

export function Report({ report: given, showTitle = true, about }: Props) {
  const report = useMemo(() => reportFrom(given), [given]);
  if (!report) return <p className="report-missing">The plugin's answer is not a report.</p>;
  return (
    <div className="report" role="group" aria-label={report.title}>
      {showTitle && <h2 className="report-title">{report.title}</h2>}
      {report.metrics.length > 0 && (
        <dl className="report-metrics">
          {report.metrics.map((metric) => <MetricView key={metric.name} metric={metric} />)}
        </dl>
      )}
      {report.charts.length > 0 && (
        <div className="report-charts">
          {report.charts.map((chart, at) => <Chart key={at} spec={chart} />)}
        </div>
      )}
      {report.tables.map((table, at) => <TableView key={at} table={table} about={about} />)}
      {report.text && <Markdown text={report.text} />}
      {report.unreadable.length > 0 && (
        <p className="report-missing">Not in the shape of a report, so not shown: {report.unreadable.join(", ")}.</p>
      )}
    </div>
  );
}

function MetricView({ metric }: { metric: Metric }) {
  const missing = metric.value === null;
  const about = [metric.better && `${metric.better} is better`, metric.n !== undefined && `of ${figure(metric.n, "rows")}`].filter(Boolean);
  return (
    <div className="report-metric">
      <dt>{metric.name.replace(/_/g, " ")}</dt>
      <dd className={missing ? "is-missing" : undefined}>
        <span title={exactly(metric.value)}>{rounded(metric.value, missing ? undefined : metric.unit)}</span>
        {metric.interval && (
          <span className="report-interval" title={metric.method}>
            {rounded(metric.interval[0])} to {rounded(metric.interval[1], metric.unit)}
          </span>
        )}
      </dd>
      {about.length > 0 && <dd className="report-about">{about.map((words, at) => <span key={at}>{words}{at < about.length - 1 && ", "}</span>)}</dd>}
    </div>
  );
}

/** What rounding hides, for who points at it. */
function exactly(value: unknown): string | undefined {
  return typeof value === "number" && !Number.isInteger(value) ? String(value) : undefined;
}

const smallRows = 30;

function TableFigure({ value }: { value: unknown }) {
  if (typeof value !== "number") return <>{value === null || value === undefined ? <span className="table-null">–</span> : cellText(value)}</>;
  return <span title={exactly(value)}>{rounded(value)}</span>;
}

function TableView({ table, about }: { table: ReportTable; about?: string }) {
  const columns = useMemo(() => table.columns.map((title, at): Column<unknown[]> => ({
    // A null in a report is nothing to tell, not a value of a column.
    key: String(at), title, value: (row) => row[at] ?? undefined,
    kind: table.rows.some((row) => typeof row[at] === "number") ? "figure" : "text",
    render: table.rows.some((row) => exactly(row[at])) ? (row) => <TableFigure value={row[at]} /> : undefined,
  })), [table]);
  const small = table.rows.length <= smallRows;
  const label = [table.title || "Table", about].filter(Boolean).join(" of ");
  return (
    <div className="report-table">
      {table.title && <h3>{table.title}</h3>}
      {small && <SimpleTable label={label} columns={columns} rows={table.rows} />}
      {!small && (
        <DataTable
          id={`report ${table.title}`}
          label={label}
          columns={columns}
          rows={table.rows}
          height={360}
          hideTools
        />
      )}
    </div>
  );
}
