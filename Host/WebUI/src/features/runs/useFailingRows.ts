// Pages of the rows that failed one rule of a run.
import { useCallback, useEffect, useRef, useState } from "react";
import { type ApiProblem, asProblem, type Column, type FailingRows, get } from "../../api";

const pageRows = 200;

interface Read {
  schema: Column[];
  rows: unknown[][];
  next: string | null;
  total?: number;
}

export function useFailingRows(run: string, finding: number) {
  const path = `/runs/${run}/findings/${finding}/rows`;
  const [read, setRead] = useState<Read>();
  const [problem, setProblem] = useState<ApiProblem>();
  const latest = useRef({ path, read, busy: false });
  Object.assign(latest.current, { path, read });

  const load = useCallback(async (cursor?: string) => {
    latest.current.busy = true;
    try {
      const page = await get<FailingRows>(path, { limit: pageRows, cursor });
      if (latest.current.path !== path) return;
      setProblem(undefined);
      setRead((before) => ({
        schema: page.schema, rows: cursor && before ? [...before.rows, ...page.rows] : page.rows,
        next: page.next ?? null, total: page.total ?? before?.total,
      }));
    } catch (thrown) {
      if (latest.current.path === path) setProblem(asProblem(thrown));
    } finally {
      latest.current.busy = false;
    }
  }, [path]);
  useEffect(() => {
    setRead(undefined);
    void load();
  }, [load]);
  const more = useCallback(async () => {
    const { read: now, busy } = latest.current;
    if (now?.next && !busy) await load(now.next);
  }, [load]);
  return {
    schema: read?.schema, rows: read?.rows ?? [], total: read?.total, hasMore: Boolean(read?.next), problem, more,
    retry: () => void load(),
  };
}
