// A list that is paged by cursor: the first page, more on demand, and the first page again when something happened.
import { useCallback, useEffect, useRef, useState } from "react";
import { onEvent, onReconnect } from "./events";
import { address, get, type Query } from "./http";
import { asProblem, type ApiProblem } from "./problem";
import type { HostEvent } from "./types";

export interface Page<T> {
  items: T[];
  next?: string | null;
}

export interface Pages<T> {
  items: T[] | undefined;
  problem: ApiProblem | undefined;
  loading: boolean;
  loadingMore: boolean;
  hasMore: boolean;
  more: () => void;
  reload: () => void;
}

interface State<T> {
  key: string | null;
  pages: Page<T>[];
  problem?: ApiProblem;
  busy: "no" | "first" | "more";
}

export function usePages<T>(
  path: string | null,
  query?: Query,
  options: { on?: (event: HostEvent) => boolean } = {},
): Pages<T> {
  const key = path === null ? null : address(path, query);
  const [state, setState] = useState<State<T>>({ key: null, pages: [], busy: "no" });
  const latest = useRef({ path, query, on: options.on, state });
  latest.current = { path, query, on: options.on, state };
  const turn = useRef(0);

  const read = useCallback(
    async (cursor?: string) => {
      const { path, query } = latest.current;
      if (path === null) return;
      const mine = ++turn.current;
      setState((old) => ({ ...old, busy: cursor ? "more" : "first" }));
      try {
        const page = await get<Page<T>>(path, { ...query, cursor });
        if (mine !== turn.current) return;
        setState((old) => ({ key, pages: cursor ? [...old.pages, page] : [page], busy: "no" }));
      } catch (thrown) {
        if (mine !== turn.current) return;
        setState((old) => ({ key, pages: old.key === key ? old.pages : [], problem: asProblem(thrown), busy: "no" }));
      }
    },
    [key],
  );

  useEffect(() => {
    if (key === null) return;
    void read();
    let soon: number | undefined;
    const again = () => {
      // Someone who has scrolled down is not thrown back to the first page.
      if (latest.current.state.pages.length <= 1) void read();
    };
    const stopReconnect = onReconnect(again);
    const stopEvents = onEvent((event) => {
      if (!latest.current.on?.(event) || soon !== undefined) return;
      soon = window.setTimeout(() => {
        soon = undefined;
        again();
      }, 250);
    });
    return () => {
      turn.current++;
      stopReconnect();
      stopEvents();
      window.clearTimeout(soon);
    };
  }, [key, read]);

  const mine = state.key === key;
  const last = state.pages[state.pages.length - 1];
  return {
    items: mine && state.pages.length > 0 ? state.pages.flatMap((page) => page.items) : undefined,
    problem: mine ? state.problem : undefined,
    loading: key !== null && (!mine || (state.pages.length === 0 && !state.problem)),
    loadingMore: state.busy === "more",
    hasMore: mine && !!last?.next,
    more: () => {
      if (state.busy === "no" && last?.next) void read(last.next);
    },
    reload: () => void read(),
  };
}
