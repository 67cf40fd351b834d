// Log lines: the words of their levels, and what a live event brings.
import type { LogLine } from "../../api";

export const levels = ["debug", "info", "warning", "error"] as const;

export function levelWord(level: number): string {
  return levels[level] ?? "info";
}

/** The lines of a `run.log` event: one as `line`, several as `lines`, or the body itself. */
export function linesOf(body: unknown): LogLine[] {
  if (typeof body !== "object" || body === null) return [];
  const { lines, line, text } = body as { lines?: LogLine[]; line?: LogLine | number; text?: string };
  if (Array.isArray(lines)) return lines;
  if (typeof line === "object" && line !== null) return [line];
  return typeof text === "string" ? [body as LogLine] : [];
}

/** The time of day to the millisecond: things of one run differ by less than a second. */
export function clock(at: string): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  const thousandths = String(date.getMilliseconds()).padStart(3, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${thousandths}`;
}
