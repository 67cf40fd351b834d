// The state of one document in the designer: history, what is unsaved, and how it reaches the host.
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from "react";
import { asProblem, type ApiProblem, newKey, type Pipeline, send } from "../../api";
import { type DocumentState, type History, newHistory, recorded, redone, shown, undone } from "../../document/history";
import { readPipeline } from "../../document/model";

interface Opened {
  text: string;
  layout: DocumentState["layout"];
  etag: string | null;
}

type Action =
  | { kind: "open"; state: DocumentState }
  | { kind: "change"; state: Partial<DocumentState>; about?: string }
  | { kind: "select"; names: string[] }
  | { kind: "undo" }
  | { kind: "redo" };

function reduce(history: History, action: Action): History {
  switch (action.kind) {
    case "open": return newHistory(action.state);
    case "change": return recorded(history, { ...history.present, ...action.state }, action.about);
    case "select": return shown(history, action.names);
    case "undo": return undone(history);
    case "redo": return redone(history);
  }
}

const keep = (name: string) => `ote.unsaved.${name}`;

/** What was not saved, and the version it began from: a save by somebody else in between is still noticed. */
interface Kept {
  text: string;
  layout: DocumentState["layout"];
  etag: string | null;
}

function keptIn(slot: string): Kept | null {
  try {
    const kept = JSON.parse(window.localStorage.getItem(slot) ?? "null") as Kept | null;
    return kept && typeof kept.text === "string" ? { text: kept.text, layout: kept.layout ?? {}, etag: kept.etag ?? null } : null;
  } catch {
    return null;
  }
}

/** `name` is nil for a new pipeline. `start` is what the host has, or the text to begin with. */
export function useDesigner(name: string | undefined, start: Opened, slotName: string) {
  const slot = keep(slotName);
  const [kept] = useState(() => {
    const found = keptIn(slot);
    return found && found.text !== start.text ? found : null;
  });
  const [history, dispatch] = useReducer(reduce, kept, (from) => {
    const opened = newHistory({ text: start.text, layout: start.layout, selection: [] });
    return from ? recorded(opened, { text: from.text, layout: { ...start.layout, ...from.layout }, selection: [] }) : opened;
  });
  const [saved, setSaved] = useState<Opened>(kept && name !== undefined ? { ...start, etag: kept.etag ?? start.etag } : start);
  const [isBack, setBack] = useState(kept !== null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const { text, layout, selection } = history.present;
  const lastGood = useRef(readPipeline(start.text));
  const read = useMemo(() => readPipeline(text), [text]);
  if (read.model) lastGood.current = read;
  const isDirty = text !== saved.text;

  // What is not saved survives a reload.
  useEffect(() => {
    if (isDirty) window.localStorage.setItem(slot, JSON.stringify({ text, layout, etag: saved.etag }));
    else window.localStorage.removeItem(slot);
  }, [isDirty, text, layout, saved.etag, slot]);

  const change = useCallback((state: Partial<DocumentState>, about?: string) => dispatch({ kind: "change", state, about }), []);
  const select = useCallback((names: string[]) => dispatch({ kind: "select", names }), []);

  /** The saved pipeline, or null where it was refused; `problem` then says why. */
  const save = async (project: string, message: string, over?: string | null): Promise<Pipeline | null> => {
    setBusy(true);
    try {
      const body = { document: text, layout, ...(message ? { message } : {}) };
      const answer = name === undefined
        ? await send<Pipeline>("POST", "/pipelines", { body: { project, ...body }, idempotencyKey: newKey() })
        : await send<Pipeline>("PUT", `/pipelines/${encodeURIComponent(name)}`, { body, ifMatch: over ?? saved.etag ?? "" });
      setSaved({ text, layout, etag: answer.etag });
      setBack(false);
      setProblem(null);
      window.localStorage.removeItem(slot);
      return answer.data;
    } catch (thrown) {
      setProblem(asProblem(thrown));
      return null;
    } finally {
      setBusy(false);
    }
  };

  const keepLayout = (next: DocumentState["layout"]) => {
    change({ layout: next }, "layout");
    if (name !== undefined) void send("PUT", `/pipelines/${encodeURIComponent(name)}/layout`, { body: next }).catch(() => undefined);
  };

  const adopt = (opened: Opened) => {
    setSaved(opened);
    setProblem(null);
    dispatch({ kind: "open", state: { text: opened.text, layout: opened.layout, selection: [] } });
  };

  return {
    text, layout, selection, isDirty, busy, problem, isBack: isBack && isDirty, read, good: lastGood.current, saved,
    canUndo: history.past.length > 0, canRedo: history.future.length > 0,
    undo: () => dispatch({ kind: "undo" }), redo: () => dispatch({ kind: "redo" }),
    change, select, save, keepLayout, adopt, forgetProblem: () => setProblem(null),
    keepBack: () => setBack(false),
    dropBack: () => { setBack(false); change({ text: saved.text, layout: saved.layout, selection: [] }); },
  };
}
