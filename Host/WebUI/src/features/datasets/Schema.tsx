// The columns of a version with the figures that were taken as it was published.
import { useMemo, useState } from "react";
import type { DatasetVersion } from "../../api";
import { type Column, DataTable, type Sort } from "../../table";
import { isLabel, share, valueText } from "./values";

interface Line {
  place: number;
  name: string;
  type: string;
  nullable?: boolean;
  nulls?: number;
  distinct?: number;
  min?: unknown;
  max?: unknown;
}

export function Schema({ version }: { version: DatasetVersion }) {
  const [sort, setSort] = useState<Sort>({ key: "place", descending: false });
  const lines = useMemo(() => linesOf(version), [version]);
  const rows = useMemo(() => sorted(lines, sort), [lines, sort]);
  const columns = useMemo(() => columnsOf(version), [version]);
  return (
    <DataTable
      id="dataset-schema"
      label={`Columns of version ${version.version}`}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.name}
      sort={sort}
      onSort={setSort}
      height={720}
      empty="This version has no columns."
    />
  );
}

function linesOf(version: DatasetVersion): Line[] {
  return version.schema.map((column, at) => ({
    ...(version.statistics?.[column.name] as Partial<Line> | undefined), place: at + 1, name: column.name,
    type: column.type, nullable: column.nullable,
  }));
}

function sorted(lines: Line[], { key, descending }: Sort): Line[] {
  const value = (line: Line) => line[key as keyof Line];
  return [...lines].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? 1 : -1;
    const order = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y));
    return descending ? -order : order;
  });
}

function columnsOf(version: DatasetVersion): Column<Line>[] {
  return [
    { key: "place", title: "#", kind: "figure", width: 56, sortable: true },
    { key: "name", title: "Column", width: 220, grows: true, sortable: true, fixed: true },
    { key: "type", title: "Type", kind: "id", width: 180, sortable: true },
    { key: "nullable", title: "Nulls allowed", width: 110, value: (row) => row.nullable === undefined ? undefined : row.nullable ? "yes" : "no" },
    { key: "nulls", title: "Nulls", kind: "figure", sortable: true },
    {
      key: "null_share", title: "Of rows", kind: "figure", width: 90,
      value: (row) => row.nulls === undefined || !version.rows ? undefined : share(row.nulls, version.rows),
    },
    { key: "distinct", title: "Distinct, about", kind: "figure", width: 130, sortable: true },
    { key: "min", title: "Least", width: 170, value: (row) => valueText(row.min, isLabel(row.name, row.type)) },
    { key: "max", title: "Most", width: 170, value: (row) => valueText(row.max, isLabel(row.name, row.type)) },
  ];
}
