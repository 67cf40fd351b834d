// A plugin's report: its metrics, charts, tables and words, drawn like everyone's.
import { useMemo } from "react";
import { Chart, figure } from "../charts";
import { type Column, DataTable, SimpleTable } from "../table";
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
  return (
    <div className="report-metric">
      <dt>{metric.name.replace(/_/g, " ")}</dt>
      <dd className={missing ? "is-missing" : undefined}>
        {figure(metric.value, missing ? undefined : metric.unit)}
        {metric.interval && (
          <span className="report-interval">
            {figure(metric.interval[0])} to {figure(metric.interval[1], metric.unit)}
          </span>
        )}
      </dd>
    </div>
  );
}

const smallRows = 30;

function TableView({ table, about }: { table: ReportTable; about?: string }) {
  const columns = useMemo(() => table.columns.map((title, at): Column<unknown[]> => ({
    key: String(at), title, value: (row) => row[at],
    kind: table.rows.some((row) => typeof row[at] === "number") ? "figure" : "text",
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
