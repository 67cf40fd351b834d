// The data of a chart as a table: one row per x, one column per series.
import { useMemo } from "react";
import { type Column, DataTable, SimpleTable } from "../table";
import { axisTitle } from "./Axes";
import type { ChartSpec, ChartX } from "./spec";
import { exactTime } from "./ticks";

type Line = Record<string, unknown>;

const smallRows = 30;

export function ChartTable({ spec, height }: { spec: ChartSpec; height: number }) {
  const { columns, rows } = useMemo(() => (spec.type === "heatmap" ? cells(spec) : lines(spec)), [spec]);
  const label = spec.title || "Data of the chart";
  if (rows.length <= smallRows) return <SimpleTable label={label} columns={columns} rows={rows} />;
  return <DataTable id="chart" label={label} columns={columns} rows={rows} height={Math.max(200, height)} hideTools />;
}

const xKey = "__x";

function xColumn(spec: ChartSpec): Column<Line> {
  const numeric = !spec.x?.time && spec.series.every((series) => series.points.every(([x]) => typeof x === "number"));
  return {
    key: xKey, title: axisTitle(spec.x) || "x", kind: numeric ? "figure" : "text", width: 180,
    value: (row) => (spec.x?.time ? exactTime(row[xKey] as number) : row[xKey]),
  };
}

function lines(spec: ChartSpec): { columns: Column<Line>[]; rows: Line[] } {
  const byX = new Map<ChartX, Line>();
  // A scatter chart may have several points at one x.
  const apart = spec.type === "scatter";
  const rows: Line[] = [];
  spec.series.forEach((series, at) => {
    for (const [x, y, third] of series.points) {
      let row = apart ? undefined : byX.get(x);
      if (!row) {
        row = { [xKey]: x };
        byX.set(x, row);
        rows.push(row);
      }
      row[`s${at}`] = y;
      if (third !== undefined) row[`n${at}`] = third;
    }
  });
  const columns: Column<Line>[] = spec.series.flatMap((series, at) => {
    // One series is what the axis says; several need their own names.
    const title = spec.series.length === 1 && spec.y?.label ? spec.y.label : series.name;
    const own: Column<Line>[] = [{ key: `s${at}`, title, unit: spec.y?.unit, kind: "figure" }];
    if (series.points.some((point) => point[2] !== undefined)) {
      own.push({ key: `n${at}`, title: `${title}, values`, kind: "figure" });
    }
    return own;
  });
  return { columns: [xColumn(spec), ...columns], rows };
}

function cells(spec: ChartSpec): { columns: Column<Line>[]; rows: Line[] } {
  const rows = spec.series.flatMap((series) =>
    series.points.map(([x, y, value]): Line => ({ [xKey]: x, y, value: value ?? null })));
  const columns: Column<Line>[] = [
    xColumn(spec), { key: "y", title: axisTitle(spec.y) || "y" },
    { key: "value", title: spec.series[0]?.name ?? "value", kind: "figure" },
  ];
  return { columns, rows };
}
