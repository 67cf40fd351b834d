// Undo and redo: the states of a document, newest last. Edits of one field in quick succession are one step.

export interface DocumentState {
  text: string;
  layout: Record<string, { x: number; y: number }>;
  selection: string[];
}

export interface History {
  past: DocumentState[];
  present: DocumentState;
  future: DocumentState[];
  /** What the last edit was about, and when. */
  about?: string;
  at?: number;
}

const KEPT = 200;
const SAME_STEP_MS = 1200;

export function newHistory(state: DocumentState): History {
  return { past: [], present: state, future: [] };
}

export function recorded(history: History, state: DocumentState, about?: string, now = Date.now()): History {
  const { present } = history;
  if (state.text === present.text && state.layout === present.layout) return { ...history, present: state };
  const goesOn = about !== undefined && about === history.about && now - (history.at ?? 0) < SAME_STEP_MS;
  const past = goesOn && history.past.length > 0 ? history.past : [...history.past, present].slice(-KEPT);
  return { past, present: state, future: [], about, at: now };
}

/** A change that undo does not know: what is selected. */
export function shown(history: History, selection: string[]): History {
  return { ...history, present: { ...history.present, selection } };
}

export function undone(history: History): History {
  const state = history.past[history.past.length - 1];
  if (!state) return history;
  return { past: history.past.slice(0, -1), present: state, future: [history.present, ...history.future] };
}

export function redone(history: History): History {
  const state = history.future[0];
  if (!state) return history;
  return { past: [...history.past, history.present], present: state, future: history.future.slice(1) };
}
