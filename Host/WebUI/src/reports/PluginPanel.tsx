// A plugin's own panel, in a frame that can run its script and nothing else: no cookies, no access to this page.
import { useCallback, useEffect, useRef, useState } from "react";
import { fromPanel, type PanelTheme, type ToPanel } from "./panelMessages";
import "./reports.css";

interface Props {
  /** Address of the panel's page on this host. */
  src: string;
  title: string;
  /** Sent when the panel is ready, and again when it changes. */
  data: unknown;
}

const patienceMilliseconds = 8000;
const colourNames = ["--bg", "--surface", "--border", "--text", "--text-2", "--accent", "--ok", "--warn", "--error"];

export function PluginPanel({ src, title, data }: Props) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(240);
  const [state, setState] = useState<"waiting" | "ready" | "silent">("waiting");

  const say = useCallback((message: ToPanel) => {
    // A sandboxed frame has no origin to name; it gets nothing that its own page did not ask for.
    frame.current?.contentWindow?.postMessage(message, "*");
  }, []);

  useEffect(() => {
    setState("waiting");
    const timer = window.setTimeout(() => {
      setState((now) => (now === "waiting" ? "silent" : now));
    }, patienceMilliseconds);
    const heard = (event: MessageEvent) => {
      if (event.source !== frame.current?.contentWindow) return;
      const message = fromPanel(event.data);
      if (message?.type === "ready") setState("ready");
      if (message?.type === "resize") setHeight(message.height);
    };
    window.addEventListener("message", heard);
    return () => {
      window.clearTimeout(timer);
      window.removeEventListener("message", heard);
    };
  }, [src]);

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

  return (
    <div className="report-panel">
      <iframe
        ref={frame}
        src={src}
        title={title}
        sandbox="allow-scripts"
        referrerPolicy="no-referrer"
        loading="lazy"
        style={{ height }}
      />
      {state === "silent" && (
        <p className="report-missing" role="status">The plugin's panel has not said that it is ready. Its report is shown above.</p>
      )}
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
