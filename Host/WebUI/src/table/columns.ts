// What a column of a table is, and how its values read: in a cell, in a copy, in a title.
import type { ReactNode } from "react";

export interface Column<Row> {
  key: string;
  title: string;
  /** The title is only heard: a column of boxes. */
  hideTitle?: boolean;
  /** Defaults to the row's field of the same key. */
  value?: (row: Row) => unknown;
  /** Draws the cell; the value is still what is copied. */
  render?: (row: Row) => ReactNode;
  /** Makes the cell's text a link. */
  href?: (row: Row) => string | undefined;
  /** `figure` aligns right with separators; `id` is shown in a fixed-width face. */
  kind?: "text" | "figure" | "id";
  /** Shown beside the title. */
  unit?: string;
  /** A second line of the header: a data type, for one. */
  note?: string;
  /** Figures without thousands separators: years, ids. */
  plain?: boolean;
  width?: number;
  /** Takes the room that is left. Without any, the last column does. */
  grows?: boolean;
  sortable?: boolean;
  /** A text field, or a choice of values. */
  filter?: true | { value: string; label: string }[];
  filterPlaceholder?: string;
  /** Not shown until chosen. */
  hidden?: boolean;
  /** Always shown. */
  fixed?: boolean;
}

export interface Sort {
  key: string;
  descending: boolean;
}

export const smallestWidth = 48;

export function widthOf<Row>(column: Column<Row>): number {
  return column.width ?? (column.kind === "figure" ? 112 : 160);
}

export function valueOf<Row>(column: Column<Row>, row: Row): unknown {
  return column.value ? column.value(row) : (row as Record<string, unknown>)[column.key];
}

const separated = new Intl.NumberFormat("en", { maximumFractionDigits: 12 });

/** Text of a value as a cell shows it; null and undefined have none. */
export function cellText(value: unknown, plain = false): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return plain || !Number.isFinite(value) ? String(value) : separated.format(value);
  if (typeof value === "bigint") return plain ? String(value) : separated.format(value);
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "true" : "false";
  return JSON.stringify(value);
}

/** Text of a value as another program wants it: no separators, null as an empty field. */
export function copyText(value: unknown): string {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return cellText(value, true);
}

/** A row as tab-separated text; tabs and line ends within a value become spaces. */
export function copyRow<Row>(columns: Column<Row>[], row: Row): string {
  return columns.map((column) => copyText(valueOf(column, row)).replace(/[\t\r\n]+/g, " ")).join("\t");
}
