// A plain table for short lists; on a phone its columns scroll within it.
import type { ReactNode } from "react";

export interface RowColumn<T> {
  title: string;
  cell: (row: T) => ReactNode;
  /** Right-aligned: figures and actions. */
  end?: boolean;
  hideTitle?: boolean;
}

interface RowsProps<T> {
  label: string;
  columns: RowColumn<T>[];
  rows: T[];
  id: (row: T) => string | number;
}

export function Rows<T>({ label, columns, rows, id }: RowsProps<T>) {
  return (
    <div className="settings-table" tabIndex={0} role="group" aria-label={label}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} scope="col" className={column.end ? "settings-end" : undefined}>
                {column.hideTitle ? <span className="visually-hidden">{column.title}</span> : column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={id(row)}>
              {columns.map((column) => (
                <td key={column.title} className={column.end ? "settings-end" : undefined}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
