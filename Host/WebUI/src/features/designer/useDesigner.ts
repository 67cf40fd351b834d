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

/** `name` is nil for a new pipeline. `start` is what the host has, or the text to begin with. */
export function useDesigner(name: string | undefined, start: Opened) {
  const [history, dispatch] = useReducer(reduce, newHistory({ text: start.text, layout: start.layout, selection: [] }));
  const [saved, setSaved] = useState(start);
  const [leftOver, setLeftOver] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const { text, layout, selection } = history.present;
  const lastGood = useRef(readPipeline(start.text));
  const read = useMemo(() => readPipeline(text), [text]);
  if (read.model) lastGood.current = read;
  const isDirty = text !== saved.text;
  const slot = keep(name ?? "new");

  useEffect(() => {
    const kept = window.localStorage.getItem(slot);
    if (kept !== null && kept !== start.text) setLeftOver(kept);
    // Once, when the document is opened.
  }, [slot]);

  // What is not saved survives a reload.
  useEffect(() => {
    if (isDirty) window.localStorage.setItem(slot, text);
    else if (leftOver === null) window.localStorage.removeItem(slot);
  }, [isDirty, text, slot, leftOver]);

  const change = useCallback((state: Partial<DocumentState>, about?: string) => dispatch({ kind: "change", state, about }), []);
  const select = useCallback((names: string[]) => dispatch({ kind: "select", names }), []);

  /** The saved pipeline, or null where it was refused; `problem` then says why. */
  const save = async (project: string, message: string, over?: string | null): Promise<Pipeline | null> => {
    setBusy(true);
    setProblem(null);
    try {
      const body = { document: text, layout, ...(message ? { message } : {}) };
      const answer = name === undefined
        ? await send<Pipeline>("POST", "/pipelines", { body: { project, ...body }, idempotencyKey: newKey() })
        : await send<Pipeline>("PUT", `/pipelines/${encodeURIComponent(name)}`, { body, ifMatch: over ?? saved.etag ?? "" });
      setSaved({ text, layout, etag: answer.etag });
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
    text, layout, selection, isDirty, busy, problem, leftOver, read, good: lastGood.current, saved,
    canUndo: history.past.length > 0, canRedo: history.future.length > 0,
    undo: () => dispatch({ kind: "undo" }), redo: () => dispatch({ kind: "redo" }),
    change, select, save, keepLayout, adopt, forgetProblem: () => setProblem(null),
    takeLeftOver: () => { if (leftOver !== null) change({ text: leftOver }); setLeftOver(null); },
    dropLeftOver: () => { window.localStorage.removeItem(slot); setLeftOver(null); },
  };
}
