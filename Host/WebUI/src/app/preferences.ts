// What the UI keeps for a person on the host: dismissed steps, the theme, table layouts. Last writer wins per key.
import { useCallback, useSyncExternalStore } from "react";
import { send } from "../api/http";

type Preferences = Record<string, unknown>;

const watchers = new Set<() => void>();
let kept: Preferences = {};
let loaded = false;
let pending: number | undefined;

function show(next: Preferences) {
  kept = next;
  watchers.forEach((watcher) => watcher());
}

export async function loadPreferences() {
  try {
    const answer = await send<Preferences>("GET", "/session/preferences");
    loaded = true;
    show(answer.data ?? {});
  } catch {
    // Preferences are a comfort: without them the page works as for a new person.
  }
}

function saveSoon() {
  window.clearTimeout(pending);
  pending = window.setTimeout(() => {
    if (loaded) void send("PUT", "/session/preferences", { body: kept }).catch(() => undefined);
  }, 400);
}

export function setPreference(name: string, value: unknown) {
  show({ ...kept, [name]: value });
  saveSoon();
}

export function usePreference<T>(name: string, fallback: T): [T, (value: T) => void, boolean] {
  const all = useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => kept,
  );
  const set = useCallback((value: T) => setPreference(name, value), [name]);
  return [(all[name] as T | undefined) ?? fallback, set, loaded];
}
