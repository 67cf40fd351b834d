// Small marks: a word in a meaning's colour, and the status of a run or node by icon, word and colour.
import type { ReactNode } from "react";
import { Icon } from "./Icon";
import "./badge.css";

export type Tone = "neutral" | "ok" | "warn" | "error" | "running" | "accent";

export function Badge({ tone = "neutral", icon, children, title }: { tone?: Tone; icon?: string; children: ReactNode; title?: string }) {
  return (
    <span className={"ui-badge ui-tone-" + tone} title={title}>
      {icon && <Icon name={icon} size={12} />}
      {children}
    </span>
  );
}

const STATUSES: Record<string, { tone: Tone; icon: string; word: string }> = {
  queued: { tone: "neutral", icon: "queued", word: "Queued" },
  waiting: { tone: "neutral", icon: "waiting", word: "Waiting" },
  running: { tone: "running", icon: "running", word: "Running" },
  succeeded: { tone: "ok", icon: "succeeded", word: "Succeeded" },
  failed: { tone: "error", icon: "failed", word: "Failed" },
  stopped: { tone: "warn", icon: "stopped", word: "Stopped by a gate" },
  cancelled: { tone: "neutral", icon: "cancelled", word: "Cancelled" },
  skipped: { tone: "neutral", icon: "skipped", word: "Skipped" },
  paused: { tone: "neutral", icon: "paused", word: "Paused" },
  passed: { tone: "ok", icon: "succeeded", word: "Passed" },
  warn: { tone: "warn", icon: "warn", word: "Warning" },
  ready: { tone: "ok", icon: "succeeded", word: "Ready" },
  disabled: { tone: "neutral", icon: "paused", word: "Disabled" },
  refused: { tone: "error", icon: "failed", word: "Not loaded" },
  available: { tone: "neutral", icon: "circle", word: "Not enabled" },
};

export function statusTone(status: string): Tone {
  return STATUSES[status]?.tone ?? "neutral";
}

export function statusWord(status: string): string {
  return STATUSES[status]?.word ?? status;
}

export function StatusBadge({ status, quiet, iconOnly }: { status: string; quiet?: boolean; iconOnly?: boolean }) {
  const known = STATUSES[status] ?? { tone: "neutral" as Tone, icon: "circle", word: status };
  const turning = status === "running" ? "ui-turning" : undefined;
  if (iconOnly) {
    return (
      <span className={"ui-status ui-tone-text-" + known.tone} title={known.word}>
        <Icon name={known.icon} size={14} className={turning} label={known.word} />
      </span>
    );
  }
  return (
    <span className={quiet ? "ui-status ui-tone-text-" + known.tone : "ui-badge ui-tone-" + known.tone}>
      <Icon name={known.icon} size={quiet ? 14 : 12} className={turning} />
      {known.word}
    </span>
  );
}

const HUES = 8;

/** The first letters of a name, in a colour that stays the same for it. */
export function Avatar({ name, size = 22 }: { name: string; size?: number }) {
  const letters = name
    .split(/[\s._-]+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => word[0].toUpperCase())
    .join("");
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.charCodeAt(0)) % 9973;
  return (
    <span className={"ui-avatar ui-avatar-" + ((sum % HUES) + 1)} style={{ width: size, height: size, fontSize: size * 0.42 }} aria-hidden>
      {letters || "?"}
    </span>
  );
}
