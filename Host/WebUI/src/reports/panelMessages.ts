// What a plugin's own panel and the page may say to each other, version 1. Anything else is not heard.

export type PanelTheme = "light" | "dark";

/** From the page to the panel. */
export type ToPanel =
  | { ote: 1; type: "theme"; theme: PanelTheme; colours: Record<string, string> }
  | { ote: 1; type: "data"; data: unknown }
  | { ote: 1; type: "rows"; id: number; rows: PanelRows }
  | { ote: 1; type: "rows"; id: number; problem: { title: string; detail: string } };

/** From the panel to the page. */
export type FromPanel =
  | { type: "ready" }
  | { type: "resize"; height: number }
  | RowsRequest;

/** Failing rows of a finding, by its place in the data that the panel was given. */
export interface RowsRequest {
  type: "rows";
  /** The panel's own number for the question; the answer has it too. */
  id: number;
  finding: number;
  limit: number;
}

export interface PanelRows {
  columns: { name: string; type: string }[];
  rows: unknown[][];
  /** How many failed in all, where that is known. */
  total?: number;
}

const smallestHeight = 40;
const tallestHeight = 4000;
const mostRows = 200;

/** Undefined for a message that is not one of ours. */
export function fromPanel(message: unknown): FromPanel | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { ote, type, height, id, finding, limit } = message as Record<string, unknown>;
  if (ote !== 1) return undefined;
  if (type === "ready") return { type };
  if (type === "resize" && typeof height === "number" && Number.isFinite(height)) {
    return { type, height: Math.max(smallestHeight, Math.min(tallestHeight, Math.round(height))) };
  }
  if (type === "rows" && isCount(id) && isCount(finding)) return { type, id, finding, limit: isCount(limit) && limit > 0 ? Math.min(limit, mostRows) : 20 };
  return undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
