// What a plugin's own panel and the page may say to each other. Anything else is not heard.

export type PanelTheme = "light" | "dark";

/** From the page to the panel. */
export type ToPanel =
  | { ote: 1; type: "theme"; theme: PanelTheme; colours: Record<string, string> }
  | { ote: 1; type: "data"; data: unknown };

/** From the panel to the page. */
export type FromPanel =
  | { type: "ready" }
  | { type: "resize"; height: number };

const smallestHeight = 40;
const tallestHeight = 4000;

/** Undefined for a message that is not one of ours. */
export function fromPanel(message: unknown): FromPanel | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { ote, type, height } = message as Record<string, unknown>;
  if (ote !== 1) return undefined;
  if (type === "ready") return { type };
  if (type !== "resize" || typeof height !== "number" || !Number.isFinite(height)) return undefined;
  return { type, height: Math.max(smallestHeight, Math.min(tallestHeight, Math.round(height))) };
}
