// The list of runs by pages, live: runs that are shown change in place, new ones wait until they are asked for.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type ApiProblem, asProblem, get, type Query, type Run, type RunEntry, type Runs, useEvents } from "../../api";

interface Listed {
  items: RunEntry[];
  next: string | null;
}

const pageRuns = 100;
const settleMilliseconds = 400;
/** Above this many shown runs with news at once, reading the first page has to do. */
const readAlone = 20;

export function useRunList(query: Query) {
  const key = JSON.stringify(query);
  const [list, setList] = useState<Listed>();
  const [fresh, setFresh] = useState<RunEntry[]>([]);
  const [problem, setProblem] = useState<ApiProblem>();
  const [loading, setLoading] = useState(true);
  const latest = useRef({ key, list, busy: false });
  latest.current.key = key;
  latest.current.list = list;
  const changed = useRef(new Set<string>());
  const timer = useRef<number>();

  const readPage = useCallback(
    (cursor?: string) => get<Runs>("/runs", { ...JSON.parse(key), limit: pageRuns, cursor }), [key]);

  const load = useCallback(async () => {
    setLoading(true);
    try {
      const page = await readPage();
      if (latest.current.key !== key) return;
      setList({ items: page.items, next: page.next ?? null });
      setFresh([]);
      setProblem(undefined);
    } catch (thrown) {
      if (latest.current.key === key) setProblem(asProblem(thrown));
    } finally {
      if (latest.current.key === key) setLoading(false);
    }
  }, [key, readPage]);
  useEffect(() => {
    setList(undefined);
    void load();
    return () => window.clearTimeout(timer.current);
  }, [load]);

  const more = useCallback(async () => {
    const { list: now, busy } = latest.current;
    if (!now?.next || busy) return;
    latest.current.busy = true;
    try {
      const page = await readPage(now.next);
      if (latest.current.key !== key) return;
      setList((before) => before && {
        items: [...before.items, ...page.items.filter((run) => !before.items.some((known) => known.run === run.run))],
        next: page.next ?? null,
      });
    } catch (thrown) {
      setProblem(asProblem(thrown));
    } finally {
      latest.current.busy = false;
    }
  }, [key, readPage]);

  const refresh = useCallback(async () => {
    const touched = [...changed.current];
    changed.current.clear();
    try {
      const page = await readPage();
      const known = new Set(latest.current.list?.items.map((run) => run.run));
      const read = new Map(page.items.map((run) => [run.run, run]));
      // A run that no longer fits the filter stays where it is, with its new status.
      const apart = touched.filter((run) => known.has(run) && !read.has(run)).slice(0, readAlone);
      const answers = await Promise.all(apart.map((run) => get<Run>(`/runs/${run}`).catch(() => undefined)));
      for (const run of answers) if (run) read.set(run.run, entryOf(run));
      if (latest.current.key !== key) return;
      setList((before) => before && { ...before, items: before.items.map((run) => read.get(run.run) ?? run) });
      const newest = latest.current.list?.items[0]?.run ?? "";
      setFresh(page.items.filter((run) => !known.has(run.run) && run.run > newest));
    } catch {
      // The connection bar says that the host is away; the list is read again when it is back.
    }
  }, [key, readPage]);

  useEvents(["run"], (event) => {
    if (event.type === "run.progress" || event.type === "run.log") return;
    changed.current.add(event.subject);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => void refresh(), settleMilliseconds);
  });

  const showFresh = useCallback(() => {
    setList((before) => before && { ...before, items: [...fresh, ...before.items] });
    setFresh([]);
  }, [fresh]);
  return useMemo(
    () => ({ items: list?.items, hasMore: Boolean(list?.next), fresh: fresh.length, problem, loading, load, more, showFresh }),
    [list, fresh, problem, loading, load, more, showFresh]
  );
}

function entryOf(run: Run): RunEntry {
  const { pipeline, status, started_at, finished_at, seconds, attempts, project, actor, cause, caused_by, priority } = run;
  return {
    run: run.run, pipeline, status, started_at, finished_at, seconds, attempts, project, actor, cause, caused_by, priority,
    queued_at: run.queued_at, problem: run.problems[0]?.code, detail: run.problems[0]?.detail,
  };
}
