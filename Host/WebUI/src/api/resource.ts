// What a page reads: shown at once from the last answer, fetched again behind it, and again when a live event says so.
import { useCallback, useEffect, useReducer, useRef } from "react";
import { onEvent, onReconnect } from "./events";
import { address, send, type Query } from "./http";
import { asProblem, type ApiProblem } from "./problem";
import type { HostEvent } from "./types";

interface Entry {
  data?: unknown;
  etag: string | null;
  problem?: ApiProblem;
  pending?: Promise<void>;
  /** Asked for again while an answer was on its way. */
  stale: boolean;
  watchers: Set<() => void>;
}

const KEPT = 200;
const entries = new Map<string, Entry>();

function entryFor(key: string): Entry {
  let entry = entries.get(key);
  if (!entry) {
    entry = { etag: null, stale: false, watchers: new Set() };
    entries.set(key, entry);
    forgetOldest();
  }
  return entry;
}

function forgetOldest() {
  for (const [key, entry] of entries) {
    if (entries.size <= KEPT) return;
    if (entry.watchers.size === 0) entries.delete(key);
  }
}

function load(key: string, path: string, query?: Query): Promise<void> {
  const entry = entryFor(key);
  if (entry.pending) {
    entry.stale = true;
    return entry.pending;
  }
  const tell = () => entry.watchers.forEach((watcher) => watcher());
  entry.pending = send<unknown>("GET", path, { query })
    .then((answer) => {
      entry.data = answer.data;
      entry.etag = answer.etag;
      entry.problem = undefined;
    })
    .catch((thrown) => {
      entry.problem = asProblem(thrown);
    })
    .then(() => {
      entry.pending = undefined;
      const stale = entry.stale;
      entry.stale = false;
      tell();
      if (stale && entry.watchers.size > 0) return load(key, path, query);
    });
  tell();
  return entry.pending;
}

/** Drops what was read, for everything or for paths that begin so; pages that show it read it again. */
export function invalidate(prefix = "") {
  const start = address(prefix);
  for (const [key, entry] of entries) {
    if (!key.startsWith(start)) continue;
    if (entry.watchers.size === 0) entries.delete(key);
    else entry.watchers.forEach((watcher) => (watcher as Reloading).reload?.());
  }
}

interface Reloading {
  (): void;
  reload?: () => void;
}

/** Forgets all: another person may sign in. */
export function forgetEverything() {
  entries.clear();
}

export interface Resource<T> {
  data: T | undefined;
  etag: string | null;
  problem: ApiProblem | undefined;
  /** True until there is something to show. */
  loading: boolean;
  reload: () => Promise<void>;
  /** Shows this now: the answer of an edit, or an optimistic guess. */
  replace: (data: T, etag?: string | null) => void;
}

interface Options {
  /** Read again when this live event happens. */
  on?: (event: HostEvent) => boolean;
}

export function useResource<T>(path: string | null, query?: Query, options: Options = {}): Resource<T> {
  const [, show] = useReducer((count: number) => count + 1, 0);
  const key = path === null ? null : address(path, query);
  const on = useRef(options.on);
  on.current = options.on;
  const wanted = useRef({ path, query });
  wanted.current = { path, query };

  useEffect(() => {
    if (key === null) return;
    const entry = entryFor(key);
    const read = () => load(key, wanted.current.path ?? "", wanted.current.query);
    const watcher: Reloading = () => show();
    watcher.reload = read;
    entry.watchers.add(watcher);
    void read();
    const stopReconnect = onReconnect(read);
    let soon: number | undefined;
    const stopEvents = onEvent((event) => {
      if (!on.current?.(event) || soon !== undefined) return;
      // Many events in a row mean one more reading.
      soon = window.setTimeout(() => {
        soon = undefined;
        void read();
      }, 150);
    });
    return () => {
      entry.watchers.delete(watcher);
      stopReconnect();
      stopEvents();
      window.clearTimeout(soon);
    };
  }, [key]);

  const reload = useCallback(async () => {
    if (key !== null) await load(key, wanted.current.path ?? "", wanted.current.query);
  }, [key]);

  const replace = useCallback(
    (data: T, etag?: string | null) => {
      if (key === null) return;
      const entry = entryFor(key);
      entry.data = data;
      if (etag !== undefined) entry.etag = etag;
      entry.watchers.forEach((watcher) => watcher());
    },
    [key],
  );

  const entry = key === null ? undefined : entries.get(key);
  return {
    data: entry?.data as T | undefined,
    etag: entry?.etag ?? null,
    problem: entry?.problem,
    loading: key !== null && entry?.data === undefined && entry?.problem === undefined,
    reload,
    replace,
  };
}
