// How pages are built: one title row, cards, rows of tools, two panes with a bar between them.
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from "react";
import "./layout.css";

export interface PageProps {
  title: ReactNode;
  /** The title of the browser's tab, where `title` is not plain text. */
  name?: string;
  subtitle?: ReactNode;
  /** Buttons at the right, the main one last. */
  actions?: ReactNode;
  /** Before the title: where this belongs. */
  trail?: ReactNode;
  /** Below the title row. */
  tabs?: ReactNode;
  /** The whole window, without margins: canvases and tables. */
  full?: boolean;
  /** A readable width, for forms. */
  narrow?: boolean;
  children?: ReactNode;
}

export function Page({ title, name, subtitle, actions, trail, tabs, full, narrow, children }: PageProps) {
  const words = name ?? (typeof title === "string" ? title : undefined);
  useEffect(() => {
    if (words) document.title = words + " · OpenTrustEval";
  }, [words]);
  return (
    <div className={"ui-page" + (full ? " ui-page-full" : "") + (narrow ? " ui-page-narrow" : "")}>
      <header className="ui-page-head">
        <div className="ui-page-title">
          {trail && <div className="ui-page-trail">{trail}</div>}
          <h1 tabIndex={-1} data-page-heading>
            {title}
          </h1>
          {subtitle && <div className="ui-page-subtitle">{subtitle}</div>}
        </div>
        {actions && <div className="ui-page-actions">{actions}</div>}
      </header>
      {tabs && <div className="ui-page-tabs">{tabs}</div>}
      <div className="ui-page-body">{children}</div>
    </div>
  );
}

interface CardProps {
  title?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
  /** Without inner margins: for tables and lists. */
  flush?: boolean;
  className?: string;
  subtitle?: ReactNode;
}

export function Card({ title, subtitle, actions, children, flush, className }: CardProps) {
  return (
    <section className={"ui-card" + (flush ? " ui-card-flush" : "") + (className ? " " + className : "")}>
      {(title || actions) && (
        <header className="ui-card-head">
          <div className="ui-card-title">
            {title && <h2>{title}</h2>}
            {subtitle && <p className="ui-help">{subtitle}</p>}
          </div>
          {actions}
        </header>
      )}
      <div className="ui-card-body">{children}</div>
    </section>
  );
}

export function Toolbar({ label, children }: { label?: string; children: ReactNode }) {
  return (
    <div className="ui-toolbar" role={label ? "group" : undefined} aria-label={label}>
      {children}
    </div>
  );
}

interface SplitPaneProps {
  /** Both panes; the second has the given size. */
  children: [ReactNode, ReactNode];
  direction?: "row" | "column";
  size?: number;
  min?: number;
  max?: number;
  /** Keeps the size in this browser. */
  keep?: string;
  label?: string;
}

export function SplitPane({ children, direction = "row", size = 360, min = 200, max = 900, keep, label = "Resize the panel" }: SplitPaneProps) {
  const key = keep && "ote.pane." + keep;
  const [width, setWidth] = useState(() => Number((key && window.localStorage.getItem(key)) || size));
  const drag = useRef<{ at: number; width: number } | null>(null);
  const row = direction === "row";
  const set = (next: number) => {
    const value = Math.round(Math.max(min, Math.min(max, next)));
    setWidth(value);
    if (key) window.localStorage.setItem(key, String(value));
  };
  const move = (event: PointerEvent) => {
    if (drag.current) set(drag.current.width + drag.current.at - (row ? event.clientX : event.clientY));
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowLeft: 16, ArrowUp: 16, ArrowRight: -16, ArrowDown: -16 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    set(width + step);
  };
  return (
    <div className={"ui-split ui-split-" + direction}>
      <div className="ui-split-first">{children[0]}</div>
      <div
        className="ui-split-bar"
        role="separator"
        tabIndex={0}
        aria-label={label}
        aria-orientation={row ? "vertical" : "horizontal"}
        aria-valuenow={width}
        aria-valuemin={min}
        aria-valuemax={max}
        onKeyDown={press}
        onPointerDown={(event) => {
          drag.current = { at: row ? event.clientX : event.clientY, width };
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={move}
        onPointerUp={() => (drag.current = null)}
        onPointerCancel={() => (drag.current = null)}
      />
      <div className="ui-split-second" style={row ? { width } : { height: width }}>
        {children[1]}
      </div>
    </div>
  );
}
