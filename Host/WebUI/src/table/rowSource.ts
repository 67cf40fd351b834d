// Where a table's rows come from: a list that is there, or pages fetched as they scroll into view.
import { useCallback, useEffect, useRef, useState } from "react";

export type FetchRows<Row> = (offset: number, limit: number, signal: AbortSignal) => Promise<Row[]>;

export interface RowSource<Row> {
  count: number;
  /** Undefined while the row is on its way. */
  at: (index: number) => Row | undefined;
  /** Says which rows are in view, so that the missing ones are fetched. */
  show: (first: number, last: number) => void;
  problem: unknown;
  retry: () => void;
  fetching: boolean;
}

const pageRows = 200;
/** About 12,800 rows stay in memory; the pages farthest from the view go first. */
const keptPages = 64;
/** A fling past thousands of rows asks for none of them. */
const settleMilliseconds = 60;

/** `version` names what is asked for: when it changes, nothing fetched before is shown. */
export function useRowSource<Row>(
  rows: Row[] | undefined, count: number | undefined, fetchRows: FetchRows<Row> | undefined, version: unknown
): RowSource<Row> {
  const pages = useRef(new Map<number, Row[]>());
  const asked = useRef(new Map<number, AbortController>());
  const shown = useRef({ first: 0, last: 0 });
  const timer = useRef<number>();
  const fetcher = useRef(fetchRows);
  fetcher.current = fetchRows;
  const [problem, setProblem] = useState<unknown>(undefined);
  const [, redraw] = useState(0);

  const ask = useCallback((page: number) => {
    const fetchPage = fetcher.current;
    if (!fetchPage || pages.current.has(page) || asked.current.has(page)) return;
    const abort = new AbortController();
    asked.current.set(page, abort);
    fetchPage(page * pageRows, pageRows, abort.signal).then(
      (answer) => {
        if (abort.signal.aborted) return;
        asked.current.delete(page);
        pages.current.set(page, answer);
        forget(pages.current, page);
        setProblem(undefined);
        redraw((n) => n + 1);
      },
      (failure) => {
        if (abort.signal.aborted) return;
        asked.current.delete(page);
        setProblem(failure);
      }
    );
  }, []);

  const fetchShown = useCallback(() => {
    const { first, last } = shown.current;
    const [from, to] = [Math.floor(first / pageRows), Math.floor(Math.max(first, last - 1) / pageRows)];
    for (const [page, abort] of asked.current) {
      if (page >= from && page <= to) continue;
      abort.abort();
      asked.current.delete(page);
    }
    for (let page = from; page <= to; page += 1) ask(page);
  }, [ask]);

  const show = useCallback((first: number, last: number) => {
    if (!fetcher.current) return;
    shown.current = { first, last };
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(fetchShown, pages.current.size === 0 ? 0 : settleMilliseconds);
  }, [fetchShown]);

  const known = useRef(version);
  if (known.current !== version) {
    known.current = version;
    pages.current = new Map();
  }
  useEffect(() => {
    setProblem(undefined);
    if (shown.current.last > 0) fetchShown();
    const pending = asked.current;
    return () => {
      window.clearTimeout(timer.current);
      for (const abort of pending.values()) abort.abort();
      pending.clear();
    };
  }, [version, fetchShown]);

  const retry = useCallback(() => {
    setProblem(undefined);
    fetchShown();
  }, [fetchShown]);

  if (rows) return { count: rows.length, at: (index) => rows[index], show, problem, retry, fetching: false };
  return {
    count: count ?? 0,
    at: (index) => pages.current.get(Math.floor(index / pageRows))?.[index % pageRows],
    show, problem, retry,
    fetching: asked.current.size > 0,
  };
}

function forget<Row>(pages: Map<number, Row[]>, near: number): void {
  if (pages.size <= keptPages) return;
  const farthest = [...pages.keys()].sort((a, b) => Math.abs(b - near) - Math.abs(a - near));
  for (const page of farthest.slice(0, pages.size - keptPages)) pages.delete(page);
}
