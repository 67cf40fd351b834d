// A plugin's own panel, in a frame that can run its script and nothing else: no cookies, no network, no access to this page.
import { useCallback, useEffect, useRef, useState } from "react";
import { asProblem } from "../api";
import { fromPanel, type PanelRows, type PanelTheme, type RowsRequest, type ToPanel } from "./panelMessages";
import "./reports.css";

interface Props {
  /** Whose panel it is. */
  plugin: string;
  title: string;
  /** Sent when the panel is ready, and again when it changes. */
  data: unknown;
  /** Answers the panel's questions for failing rows; without it there are none. */
  rows?: (request: RowsRequest) => Promise<PanelRows>;
}

const patienceMilliseconds = 8000;
/** A panel that asks faster than it is answered waits. */
const questionsAtOnce = 4;
const colourNames = ["--bg", "--surface", "--surface-2", "--border", "--text", "--text-2", "--accent", "--focus", "--ok", "--ok-bg", "--warn", "--warn-bg", "--error", "--error-bg"];

type State = "waiting" | "ready" | "silent" | "left";

export function PluginPanel({ plugin, title, data, rows }: Props) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(240);
  const [state, setState] = useState<State>("waiting");
  const loads = useRef(0);
  const open = useRef(0);
  const answer = useRef(rows);
  answer.current = rows;
  const src = `/api/v1/plugins/${encodeURIComponent(plugin)}/panel`;

  const say = useCallback((message: ToPanel) => {
    // A sandboxed frame has no origin to name; it gets nothing that its own page did not ask for.
    frame.current?.contentWindow?.postMessage(message, "*");
  }, []);

  const answerRows = useCallback(async (request: RowsRequest) => {
    const { id } = request;
    const refuse = (heading: string, detail: string) => say({ ote: 1, type: "rows", id, problem: { title: heading, detail } });
    if (!answer.current) return refuse("There are no rows here", "This page shows no run of its own.");
    if (open.current >= questionsAtOnce) return refuse("Too many questions at once", `At most ${questionsAtOnce} are answered at a time.`);
    open.current += 1;
    try {
      say({ ote: 1, type: "rows", id, rows: await answer.current(request) });
    } catch (thrown) {
      const problem = asProblem(thrown);
      refuse(problem.title, problem.detail);
    } finally {
      open.current -= 1;
    }
  }, [say]);

  useEffect(() => {
    setState("waiting");
    loads.current = 0;
    const timer = window.setTimeout(() => {
      setState((now) => (now === "waiting" ? "silent" : now));
    }, patienceMilliseconds);
    const heard = (event: MessageEvent) => {
      if (event.source !== frame.current?.contentWindow || loads.current > 1) return;
      const message = fromPanel(event.data);
      if (message?.type === "ready") setState("ready");
      if (message?.type === "resize") setHeight(message.height);
      if (message?.type === "rows") void answerRows(message);
    };
    window.addEventListener("message", heard);
    return () => {
      window.clearTimeout(timer);
      window.removeEventListener("message", heard);
    };
  }, [src, answerRows]);

  useEffect(() => {
    if (state !== "ready") return;
    const tell = () => say({ ote: 1, type: "theme", theme: themeNow(), colours: coloursNow() });
    tell();
    const system = window.matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", tell);
    const observer = new MutationObserver(tell);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    return () => {
      system.removeEventListener("change", tell);
      observer.disconnect();
    };
  }, [state, say]);

  useEffect(() => {
    if (state === "ready") say({ ote: 1, type: "data", data });
  }, [state, data, say]);

  /** What the frame loads after the panel's own page is a stranger: it is told nothing. */
  const loaded = () => {
    loads.current += 1;
    if (loads.current > 1) setState("left");
  };

  return (
    <div className="report-panel">
      {state !== "left" && (
        <iframe ref={frame} src={src} title={title} sandbox="allow-scripts" referrerPolicy="no-referrer" style={{ height }} onLoad={loaded} />
      )}
      {state === "silent" && <p className="report-missing" role="status">The panel of {plugin} has not said that it is ready.</p>}
      {state === "left" && <p className="report-missing" role="status">The panel of {plugin} went to another page, so it was closed.</p>}
    </div>
  );
}

function themeNow(): PanelTheme {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "dark" || chosen === "light") return chosen;
  return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function coloursNow(): Record<string, string> {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(colourNames.map((name) => [name, style.getPropertyValue(name).trim()]));
}
