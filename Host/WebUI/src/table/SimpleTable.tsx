// A small table: all its rows, no scrolling of its own, plain HTML.
import type { ReactNode } from "react";
import { type Column, cellText, valueOf } from "./columns";
import "./table.css";

interface Props<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey?: (row: Row, index: number) => string;
  empty?: ReactNode;
}

export function SimpleTable<Row>({ label, columns, rows, rowKey, empty }: Props<Row>) {
  if (rows.length === 0 && empty) return <>{empty}</>;
  return (
    <div className="table-simple-box" role="region" aria-label={label} tabIndex={0}>
      <table className="table-simple">
        <caption className="table-caption">{label}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={column.kind === "figure" ? "is-figure" : undefined}>
                {column.title}
                {column.unit && <span className="table-title-unit">{column.unit}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={rowKey ? rowKey(row, index) : index}>
              {columns.map((column) => (
                <td
                  key={column.key}
                  className={column.kind === "figure" ? "is-figure" : column.kind === "id" ? "is-id" : isSentence(column, row) ? "is-sentence" : undefined}
                >
                  {content(column, row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A sentence keeps room to be read where the table is wider than its place. */
function isSentence<Row>(column: Column<Row>, row: Row): boolean {
  const value = valueOf(column, row);
  return typeof value === "string" && value.length > 40 && value.includes(" ");
}

function content<Row>(column: Column<Row>, row: Row): ReactNode {
  if (column.render) return column.render(row);
  const value = valueOf(column, row);
  if (value === null) return <span className="table-null">null</span>;
  if (value === undefined) return <span className="table-null">–</span>;
  return cellText(value, column.plain);
}
