// Numbers, sizes, spans and times on a page; times stay right while the page is open.
import { useEffect, useReducer, useState } from "react";
import { formatBytes, formatCompact, formatDuration, formatExact, formatNumber, formatRelative } from "./format";
import { Icon } from "./Icon";
import { Tooltip } from "./Tooltip";
import "./figures.css";

const NONE = <span className="ui-none">–</span>;

export function Figure({ value, unit, compact }: { value: number | null | undefined; unit?: string; compact?: boolean }) {
  if (value === null || value === undefined) return NONE;
  return (
    <span className="ui-figure" title={compact ? formatNumber(value) : undefined}>
      {compact ? formatCompact(value) : formatNumber(value)}
      {unit && <span className="ui-unit"> {unit}</span>}
    </span>
  );
}

export function Bytes({ value }: { value: number | null | undefined }) {
  if (value === null || value === undefined) return NONE;
  return (
    <span className="ui-figure" title={formatNumber(value) + " bytes"}>
      {formatBytes(value)}
    </span>
  );
}

/** A span of seconds; with `since` it counts on by itself. */
export function Duration({ seconds, since }: { seconds?: number | null; since?: string | null }) {
  const running = (seconds === null || seconds === undefined) && !!since;
  useTicking(running ? 1000 : null);
  if (running) return <span className="ui-figure">{formatDuration(Math.max(0, (Date.now() - new Date(since as string).getTime()) / 1000))}</span>;
  if (seconds === null || seconds === undefined) return NONE;
  return <span className="ui-figure">{formatDuration(seconds)}</span>;
}

export function RelativeTime({ at }: { at: string | null | undefined }) {
  const age = at ? Math.abs(Date.now() - new Date(at).getTime()) : 0;
  useTicking(at ? (age < 60_000 ? 5_000 : 30_000) : null);
  if (!at) return NONE;
  return (
    <time className="ui-time" dateTime={at} title={formatExact(at)}>
      {formatRelative(at)}
    </time>
  );
}

function useTicking(every: number | null) {
  const [, tick] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (every === null) return;
    const timer = window.setInterval(tick, every);
    return () => window.clearInterval(timer);
  }, [every]);
}

/** Text with a button that copies it; `short` shows less of it, the whole is copied. */
export function Copyable({ text, short, label = "Copy", mono = true }: { text: string; short?: string | number; label?: string; mono?: boolean }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = window.setTimeout(() => setCopied(false), 1600);
    return () => window.clearTimeout(timer);
  }, [copied]);
  const shown = typeof short === "number" ? (text.length > short ? text.slice(0, short) + "…" : text) : short ?? text;
  return (
    <span className="ui-copyable">
      <span className={mono ? "ui-mono" : undefined} title={shown === text ? undefined : text}>
        {shown}
      </span>
      <Tooltip text={copied ? "Copied" : label} isName>
        <button type="button" className="ui-copy" aria-label={`${label}: ${shown}`} onClick={() => void copyText(text).then(setCopied)}>
          <Icon name={copied ? "tick" : "copy"} size={13} />
        </button>
      </Tooltip>
      <span className="visually-hidden" role="status">
        {copied ? "Copied" : ""}
      </span>
    </span>
  );
}

/** The clipboard needs a safe origin; without one the old way still works. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("aria-hidden", "true");
    area.className = "visually-hidden";
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    return copied;
  }
}
