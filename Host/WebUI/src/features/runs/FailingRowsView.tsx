// The rows that failed one rule, with their values, read page by page.
import { useCallback, useMemo } from "react";
import { type Column, DataTable } from "../../table";
import { plural, ProblemView, Skeleton } from "../../ui";
import { useFailingRows } from "./useFailingRows";

export function FailingRowsView({ run, finding }: { run: string; finding: number }) {
  const list = useFailingRows(run, finding);
  const columns = useMemo(() => (list.schema ?? []).map((column, at): Column<unknown[]> => ({
    key: `${at} ${column.name}`, title: column.name, note: column.type, value: (row) => row[at],
    kind: /int|float|double|decimal/i.test(column.type) ? "figure" : "text",
    plain: at === 0,
  })), [list.schema]);
  const more = useCallback(() => void list.more(), [list.more]);
  if (list.problem && !list.schema) return <ProblemView problem={list.problem} onRetry={list.retry} />;
  if (!list.schema) return <Skeleton lines={6} />;
  return (
    <DataTable
      id="failing-rows"
      label="Failing rows"
      columns={columns}
      rows={list.rows}
      height={320}
      onEnd={list.hasMore ? more : undefined}
      tools={list.total !== undefined && <span className="run-quiet">{plural(list.total, "row")} failed</span>}
    />
  );
}
