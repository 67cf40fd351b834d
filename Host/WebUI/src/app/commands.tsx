// Every action that a page offers by key or in the command palette, registered while it can be done.
import { useLayoutEffect, useRef, useSyncExternalStore } from "react";

export interface Command {
  id: string;
  title: string;
  /** "mod+k", "g r", "n", "?"; `mod` is Ctrl, or ⌘ on a Mac. */
  keys?: string;
  group?: string;
  icon?: string;
  /** Also while typing in a field; meant for combinations with `mod`. */
  whileTyping?: boolean;
  /** The browser does it: listed among the keys only. */
  native?: boolean;
  /** Left out of the palette: too small to be looked for. */
  hidden?: boolean;
  run: () => void;
}

const commands = new Map<string, Command>();
const watchers = new Set<() => void>();
let listed: Command[] = [];

function changed() {
  listed = Array.from(commands.values());
  watchers.forEach((watcher) => watcher());
}

export function registerCommand(command: Command): () => void {
  commands.set(command.id, command);
  changed();
  return () => {
    if (commands.get(command.id) !== command) return;
    commands.delete(command.id);
    changed();
  };
}

/** Registers while the component is shown; null for a command that can't be done now. */
export function useCommand(command: Command | null) {
  const latest = useRef(command);
  latest.current = command;
  const { id, title, keys, group, icon, whileTyping, hidden, native } = command ?? ({} as Partial<Command>);
  // Before the page is painted: a key that is pressed as soon as the page shows must not be lost.
  useLayoutEffect(() => {
    if (!id || !title) return;
    return registerCommand({ id, title, keys, group, icon, whileTyping, hidden, native, run: () => latest.current?.run() });
  }, [id, title, keys, group, icon, whileTyping, hidden, native]);
}

export function useCommands(): Command[] {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => listed,
  );
}

export function allCommands(): Command[] {
  return listed;
}
