// How values of columns read outside of a table, and which types are numbers.
import { figure } from "../../charts";
import { cellText } from "../../table";

export function isNumber(type: string): boolean {
  return /^(u?int|float|double|half|decimal)/.test(type);
}

/** Whole numbers that name something instead of counting it are written without separators. */
export function isLabel(name: string, type: string): boolean {
  return /^u?int/.test(type) && /(^|[_ ])(year|id|key|code|zip|postcode)$/i.test(name);
}

export function valueText(value: unknown, plain = false): string {
  if (value === null) return "null";
  if (value === undefined) return "–";
  return cellText(value, plain);
}

export function share(part: number, whole: number): string {
  if (whole === 0) return "0%";
  const percent = (part / whole) * 100;
  // A few of many are not none, and not all of them is not all.
  if (part > 0 && percent < 0.01) return "< 0.01%";
  if (part < whole && percent > 99.99) return "> 99.99%";
  return `${Number(percent.toFixed(2))}%`;
}

export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value))) return Number(value);
  return undefined;
}

/** A difference with its sign. */
export function difference(from: number, to: number): string {
  const change = to - from;
  if (change === 0) return "no change";
  return `${change > 0 ? "+" : "−"}${figure(Math.abs(change))}`;
}
