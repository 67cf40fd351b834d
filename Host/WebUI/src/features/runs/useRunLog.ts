// The log of a run by pages, oldest first, with live lines at its end.
import { useCallback, useEffect, useRef, useState } from "react";
import { type ApiProblem, asProblem, get, type LogLine, type LogLines, type Query, useEvents } from "../../api";
import { levels, linesOf } from "./logLines";

const pageLines = 500;

export function useRunLog(run: string, query: { node: string; level: string; q: string }) {
  const key = JSON.stringify([run, query]);
  const [lines, setLines] = useState<LogLine[]>([]);
  const [next, setNext] = useState<string | null>();
  const [problem, setProblem] = useState<ApiProblem>();
  const latest = useRef({ key, next, busy: false });
  latest.current.key = key;
  latest.current.next = next;
  /** Live lines that came while older pages were still missing. */
  const early = useRef<LogLine[]>([]);

  const read = useCallback(async (cursor?: string) => {
    latest.current.busy = true;
    try {
      const asked: Query = { ...query, limit: pageLines, cursor };
      const page = await get<LogLines>(`/runs/${run}/log`, asked);
      if (latest.current.key !== key) return;
      const rest = page.next ? [] : early.current.splice(0);
      setLines((before) => joined(cursor ? before : [], [...page.items, ...rest]));
      setNext(page.next ?? null);
      setProblem(undefined);
    } catch (thrown) {
      if (latest.current.key === key) setProblem(asProblem(thrown));
    } finally {
      latest.current.busy = false;
    }
  }, [key]);

  useEffect(() => {
    setLines([]);
    setNext(undefined);
    early.current = [];
    void read();
  }, [read]);

  useEvents(["run.log"], (event) => {
    if (event.subject !== run) return;
    const fitting = linesOf(event.body).filter((line) => fits(line, query));
    if (fitting.length === 0) return;
    if (latest.current.next === null) setLines((before) => joined(before, fitting));
    else early.current.push(...fitting);
  });

  const more = useCallback(() => {
    if (latest.current.next && !latest.current.busy) void read(latest.current.next);
  }, [read]);
  return { lines, loading: next === undefined && !problem, hasMore: Boolean(next), more, problem, retry: () => void read() };
}

/** A line that came live and in a page is one line. */
function joined(before: LogLine[], added: LogLine[]): LogLine[] {
  const last = before[before.length - 1]?.line;
  const known = new Set<number>();
  if (last !== undefined) for (const line of before.slice(-2000)) if (line.line !== undefined) known.add(line.line);
  return [...before, ...added.filter((line) => {
    if (line.line === undefined) return true;
    if (known.has(line.line)) return false;
    known.add(line.line);
    return true;
  })];
}

function fits(line: LogLine, query: { node: string; level: string; q: string }): boolean {
  if (query.node && line.node !== query.node) return false;
  if (query.level && line.level < levels.indexOf(query.level as (typeof levels)[number])) return false;
  return !query.q || line.text.toLowerCase().includes(query.q.toLowerCase());
}
