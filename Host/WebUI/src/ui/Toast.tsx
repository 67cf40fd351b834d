// A short word about what was just done, at the corner; failures stay until they are closed.
import { createContext, useCallback, useContext, useMemo, useRef, useState, type ReactNode } from "react";
import { asProblem } from "../api/problem";
import { IconButton } from "./Button";
import { Icon } from "./Icon";
import "./toast.css";

export interface Toast {
  text: ReactNode;
  tone?: "ok" | "error" | "neutral";
  action?: { title: string; run: () => void };
}

interface Toasts {
  (toast: Toast | string): void;
  show: (toast: Toast | string) => void;
  /** Says what went wrong, and what to do next. */
  problem: (thrown: unknown) => void;
}

const ToastContext = createContext<Toasts | null>(null);
const LASTS = 5000;

export function ToastProvider({ children }: { children: ReactNode }) {
  const [list, setList] = useState<(Toast & { id: number })[]>([]);
  const next = useRef(1);
  const close = useCallback((id: number) => setList((old) => old.filter((toast) => toast.id !== id)), []);
  const toasts = useMemo<Toasts>(() => {
    const show = (given: Toast | string) => {
      const toast = { ...(typeof given === "string" ? { text: given } : given), id: next.current++ };
      setList((old) => [...old.slice(-3), toast]);
      if (toast.tone !== "error") window.setTimeout(() => close(toast.id), toast.action ? LASTS * 2 : LASTS);
    };
    const problem = (thrown: unknown) => {
      const found = asProblem(thrown);
      const text = (
        <>
          <strong>{found.title}</strong>
          <span className="ui-toast-detail">{[found.detail, found.next].filter(Boolean).join(" ")}</span>
        </>
      );
      show({ tone: "error", text });
    };
    return Object.assign(show.bind(null), { show, problem });
  }, [close]);
  return (
    <ToastContext.Provider value={toasts}>
      {children}
      <div className="ui-toasts" role="status" aria-live="polite">
        {list.map((toast) => (
          <div key={toast.id} className={"ui-toast ui-toast-" + (toast.tone ?? "neutral")}>
            <Icon name={toast.tone === "error" ? "error" : toast.tone === "ok" ? "succeeded" : "info"} />
            <div className="ui-toast-text">{toast.text}</div>
            {toast.action && (
              <button
                type="button"
                className="ui-toast-action"
                onClick={() => {
                  toast.action?.run();
                  close(toast.id);
                }}
              >
                {toast.action.title}
              </button>
            )}
            <IconButton icon="close" label="Close message" size="small" onClick={() => close(toast.id)} />
          </div>
        ))}
      </div>
    </ToastContext.Provider>
  );
}

export function useToast(): Toasts {
  const toasts = useContext(ToastContext);
  if (!toasts) throw new Error("ToastProvider is missing.");
  return toasts;
}
