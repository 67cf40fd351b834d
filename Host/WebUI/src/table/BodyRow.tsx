// One row of a table. Drawn anew only when its row, its columns or its marks change.
import { type CSSProperties, memo, type MouseEvent as ReactMouseEvent, type ReactNode } from "react";
import { Link } from "../app/router";
import { type Column, cellText, valueOf } from "./columns";

interface Props<Row> {
  gridId: string;
  index: number;
  row: Row | undefined;
  columns: Column<Row>[];
  top: number;
  height: number;
  activeColumn: number;
  selected?: boolean;
  marked?: boolean;
  tone?: string;
  onActivate: (row: number, column: number, event: ReactMouseEvent) => void;
  onMenu: (row: number, column: number, event: ReactMouseEvent) => void;
}

function Row<Row>(props: Props<Row>) {
  const { gridId, index, row, columns, activeColumn } = props;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={props.selected}
      className={[
        "table-row table-line", props.selected && "is-selected", props.marked && "is-marked",
        activeColumn >= 0 && "is-active-row", props.tone && `is-${props.tone}`,
      ].filter(Boolean).join(" ")}
      style={{ transform: `translateY(${props.top}px)`, height: props.height, "--row": `${props.height}px` } as CSSProperties}
    >
      {columns.map((column, at) => (
        <div
          key={column.key}
          id={`${gridId}-${index}-${at}`}
          role="gridcell"
          aria-colindex={at + 1}
          className={[
            "table-cell", column.kind === "figure" && "is-figure", column.kind === "id" && "is-id",
            column.hideTitle && "is-check", at === activeColumn && "is-active",
          ].filter(Boolean).join(" ")}
          onClick={(event) => props.onActivate(index, at, event)}
          onContextMenu={(event) => props.onMenu(index, at, event)}
          onMouseEnter={showClipped}
        >
          {row === undefined ? <span className="table-waiting" aria-label="loading" role="img" /> : content(column, row)}
        </div>
      ))}
    </div>
  );
}

export const BodyRow = memo(Row) as typeof Row;

function content<Row>(column: Column<Row>, row: Row): ReactNode {
  if (column.render) return column.render(row);
  const value = valueOf(column, row);
  if (value === null) return <span className="table-null">null</span>;
  if (value === undefined) return <span className="table-null" aria-label="not known" role="img">–</span>;
  const text = cellText(value, column.plain);
  const href = column.href?.(row);
  // Enter opens it: a stop per row would make Tab useless.
  if (href) return <Link to={href} tabIndex={-1} className="table-link">{text}</Link>;
  return text;
}

function showClipped(event: ReactMouseEvent<HTMLElement>): void {
  const cell = event.currentTarget;
  if (cell.scrollWidth > cell.clientWidth) cell.title = cell.textContent ?? "";
  else cell.removeAttribute("title");
}
