// Rows of a version, however many: fetched as they scroll into view, sorted and filtered by the host.
import { useCallback, useEffect, useMemo, useState } from "react";
import { type ApiProblem, asProblem, type DatasetVersion, get, type Rows } from "../../api";
import { useQueryState } from "../../app/router";
import { type Column, DataTable, type FetchRows, type Sort } from "../../table";
import { Button, Figure, ProblemView } from "../../ui";
import { filterFrom, filterWords, type RowFilter } from "./filters";
import { versionPath } from "./paths";
import { isLabel, isNumber } from "./values";

export function Preview({ dataset, version }: { dataset: string; version: DatasetVersion }) {
  const [sortText, setSortText] = useQueryState("sort");
  const [filterText, setFilterText] = useQueryState("filter");
  const texts = useMemo(() => readTexts(filterText), [filterText]);
  const settled = useSettled(filterText);
  const filters = useMemo(() => filtersFrom(version, readTexts(settled)), [version, settled]);
  const filter = filters.length > 0 ? JSON.stringify(filters) : undefined;
  const path = versionPath(dataset, version.version, "/rows");
  const count = useCount(path, filter, version.rows);

  const fetchRows = useCallback<FetchRows<unknown[]>>(async (offset, limit, signal) => {
    const answer = await get<Rows>(path, { offset, limit, sort: sortText, filter }, signal);
    return answer.rows;
  }, [path, sortText, filter]);
  const columns = useMemo(() => version.schema.map((column, at): Column<unknown[]> => ({
    key: column.name, title: column.name, note: column.type, value: (row) => row[at],
    kind: isNumber(column.type) ? "figure" : "text", plain: isLabel(column.name, column.type), sortable: true, filter: true, filterPlaceholder: "Filter",
  })), [version]);
  const sort: Sort | undefined = sortText
    ? { key: sortText.replace(/^-/, ""), descending: sortText.startsWith("-") }
    : undefined;
  return (
    <div className="dataset-preview">
      {count.problem && <ProblemView problem={count.problem} onRetry={count.again} />}
      <DataTable
        id={`dataset-rows-${dataset}`}
        label={`Rows of ${dataset}, version ${version.version}`}
        columns={columns}
        count={count.rows}
        fetchRows={fetchRows}
        version={`${version.version} ${sortText} ${filter ?? ""}`}
        sort={sort}
        onSort={({ key, descending }) => setSortText((descending ? "-" : "") + key)}
        filters={texts}
        onFilter={(column, text) => setFilterText(writeTexts({ ...texts, [column]: text }))}
        tools={(
          <span className="dataset-count" role="status">
            {count.rows !== undefined && <Figure value={count.rows} unit={filter ? "rows fit" : "rows"} />}
            {(filter || sortText) && (
              <Button
                kind="quiet"
                size="small"
                onClick={() => {
                  setSortText(null);
                  setFilterText(null);
                }}
              >
                Clear sort and filter
              </Button>
            )}
            <span className="dataset-hint">{filterWords}</span>
          </span>
        )}
        empty={count.rows === 0 ? (filter ? "No row fits the filter." : "This version has no rows.") : " "}
      />
    </div>
  );
}

interface Count {
  rows?: number;
  problem?: ApiProblem;
  again: () => void;
}

/** Without a filter the version says it; with one the first page does. */
function useCount(path: string, filter: string | undefined, known: number | null | undefined): Count {
  const [counted, setCounted] = useState<{ key: string; rows?: number; problem?: ApiProblem }>();
  const [turn, setTurn] = useState(0);
  const key = `${path} ${filter ?? ""}`;
  const needed = filter !== undefined || known === null || known === undefined;
  useEffect(() => {
    if (!needed) return;
    const abort = new AbortController();
    get<Rows>(path, { offset: 0, limit: 1, filter }, abort.signal)
      .then((answer) => setCounted({ key, rows: answer.total ?? answer.rows.length }))
      .catch((thrown) => !abort.signal.aborted && setCounted({ key, problem: asProblem(thrown) }));
    return () => abort.abort();
  }, [key, needed, turn]);
  const again = () => setTurn((before) => before + 1);
  if (!needed) return { rows: known ?? 0, again };
  return counted?.key === key ? { rows: counted.rows, problem: counted.problem, again } : { again };
}

function filtersFrom(version: DatasetVersion, texts: Record<string, string>): RowFilter[] {
  return version.schema
    .map((column) => filterFrom(column.name, column.type, texts[column.name] ?? ""))
    .filter((entry): entry is RowFilter => entry !== undefined);
}

function readTexts(text: string): Record<string, string> {
  try {
    const read = JSON.parse(text || "{}");
    return typeof read === "object" && read !== null ? read : {};
  } catch {
    return {};
  }
}

function writeTexts(texts: Record<string, string>): string | null {
  const kept = Object.entries(texts).filter(([, text]) => text !== "");
  return kept.length > 0 ? JSON.stringify(Object.fromEntries(kept)) : null;
}

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(text), 300);
    return () => window.clearTimeout(timer);
  }, [text]);
  return settled;
}
