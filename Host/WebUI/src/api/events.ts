// One stream of live events for the whole page; it resumes by itself after the last event that arrived.
import { useEffect, useRef, useSyncExternalStore } from "react";
import { API } from "./http";
import type { HostEvent } from "./types";

type Listener = (event: HostEvent) => void;
export type Liveness = "connecting" | "live" | "offline";

const listeners = new Set<Listener>();
const watchers = new Set<() => void>();
const reconnected = new Set<() => void>();
let source: EventSource | null = null;
let connection: Liveness = "connecting";
let lastID = 0;
let again: number | undefined;
let doubt: number | undefined;

function setConnection(value: Liveness) {
  if (value === connection) return;
  const wasOffline = connection === "offline";
  connection = value;
  watchers.forEach((watcher) => watcher());
  if (wasOffline && value === "live") reconnected.forEach((action) => action());
}

function receive(message: MessageEvent) {
  let event: HostEvent;
  try {
    event = JSON.parse(message.data);
  } catch {
    return;
  }
  if (typeof event.id === "number") lastID = Math.max(lastID, event.id);
  // The page is told after a whole burst was read, so that a run of events costs one render.
  queue.push(event);
  if (queue.length === 1) requestFlush();
}

const queue: HostEvent[] = [];

function requestFlush() {
  setTimeout(() => {
    const events = queue.splice(0);
    for (const event of events) for (const listener of Array.from(listeners)) listener(event);
  }, 30);
}

/** Begins to follow; called once somebody is signed in. */
export function followEvents() {
  if (source) return;
  window.clearTimeout(again);
  source = new EventSource(API + "/events" + (lastID ? "?after=" + lastID : ""));
  source.onopen = () => {
    window.clearTimeout(doubt);
    doubt = undefined;
    setConnection("live");
  };
  source.onmessage = receive;
  source.onerror = () => {
    // A stream that reopens at once is not worth a word.
    if (doubt === undefined) doubt = window.setTimeout(() => setConnection("offline"), 2000);
    if (source?.readyState !== EventSource.CLOSED) return;
    // The browser gives up after an answer that is not a stream; we do not.
    source = null;
    again = window.setTimeout(followEvents, 3000);
  };
}

export function stopEvents() {
  window.clearTimeout(again);
  window.clearTimeout(doubt);
  doubt = undefined;
  source?.close();
  source = null;
  lastID = 0;
  setConnection("connecting");
}

export function onEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Called when the stream is back after a break: what was read before may be old. */
export function onReconnect(action: () => void): () => void {
  reconnected.add(action);
  return () => reconnected.delete(action);
}

export function matches(types: string[], event: HostEvent): boolean {
  return types.some((type) => event.type === type || event.type.startsWith(type.endsWith(".") ? type : type + "."));
}

/** Calls `handler` for each event of these types; "run" or "run." stands for all that begin so. */
export function useEvents(types: string[], handler: Listener) {
  const latest = useRef(handler);
  latest.current = handler;
  const key = types.join(",");
  useEffect(() => {
    const wanted = key.split(",");
    return onEvent((event) => {
      if (matches(wanted, event)) latest.current(event);
    });
  }, [key]);
}

export function useConnection(): Liveness {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => connection,
  );
}
