// The sticky header of a table: titles that sort, handles that resize, and fields that filter.
import { type PointerEvent as ReactPointerEvent, useRef } from "react";
import type { Column, Sort } from "./columns";

interface Props<Row> {
  gridId: string;
  columns: Column<Row>[];
  activeColumn: number;
  sort?: Sort;
  onSort?: (column: Column<Row>) => void;
  onActivate: (column: number) => void;
  width: (column: Column<Row>) => number;
  onResize: (column: Column<Row>, width: number) => void;
  onFit: (at: number) => void;
}

export function HeaderRow<Row>(props: Props<Row>) {
  const { gridId, columns, activeColumn, sort, onSort, onActivate } = props;
  return (
    <div role="row" aria-rowindex={1} className="table-row table-titles">
      {columns.map((column, at) => {
        const sorted = sort?.key === column.key ? (sort.descending ? "descending" : "ascending") : undefined;
        const sortable = Boolean(column.sortable && onSort);
        return (
          <div
            key={column.key}
            id={`${gridId}-h-${at}`}
            role="columnheader"
            aria-colindex={at + 1}
            aria-sort={sortable ? sorted ?? "none" : undefined}
            className={[
              "table-title", column.kind === "figure" && "is-figure", sortable && "is-sortable",
              at === activeColumn && "is-active",
            ].filter(Boolean).join(" ")}
            onClick={() => {
              onActivate(at);
              if (sortable) onSort?.(column);
            }}
          >
            <span className="table-title-text">
              <span className={column.hideTitle ? "table-caption" : "table-title-name"}>{column.title}</span>
              {column.unit && <span className="table-title-unit">{column.unit}</span>}
              {sorted && <span aria-hidden="true" className="table-sort">{sort?.descending ? "↓" : "↑"}</span>}
              {column.note && <span className="table-title-note">{column.note}</span>}
            </span>
            <ResizeHandle
              width={props.width(column)}
              onResize={(width) => props.onResize(column, width)}
              onFit={() => props.onFit(at)}
            />
          </div>
        );
      })}
    </div>
  );
}

/** For the mouse; by keyboard Alt with an arrow key resizes the active column. */
function ResizeHandle(props: { width: number; onResize: (width: number) => void; onFit: () => void }) {
  const start = useRef<{ x: number; width: number }>();
  const down = (event: ReactPointerEvent<HTMLSpanElement>) => {
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    const drawn = event.currentTarget.parentElement?.getBoundingClientRect().width;
    start.current = { x: event.clientX, width: drawn ?? props.width };
  };
  const move = (event: ReactPointerEvent<HTMLSpanElement>) => {
    if (start.current) props.onResize(start.current.width + event.clientX - start.current.x);
  };
  const up = () => {
    start.current = undefined;
  };
  return (
    <span
      aria-hidden="true"
      className="table-resize"
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={props.onFit}
    />
  );
}
