// A table of any length: only the rows in view are drawn, also when they are fetched page by page. All by keyboard.
import {
  type CSSProperties, type KeyboardEvent, type MouseEvent as ReactMouseEvent, type ReactNode,
  useCallback, useEffect, useId, useMemo, useRef, useState,
} from "react";
import { ProblemView } from "../ui";
import { BodyRow } from "./BodyRow";
import { type Cell, moved } from "./cellKeys";
import { CellMenu } from "./CellMenu";
import { useColumnChoice } from "./columnChoice";
import { ColumnChooser } from "./ColumnChooser";
import { type Column, copyRow, copyText, type Sort, valueOf } from "./columns";
import { FilterRow } from "./FilterRow";
import { FullText } from "./FullText";
import { HeaderRow } from "./HeaderRow";
import { type FetchRows, useRowSource } from "./rowSource";
import "./table.css";
import { useViewport } from "./viewport";

export interface DataTableProps<Row> {
  /** Chosen columns and widths are remembered by it. */
  id: string;
  /** What the table shows, for a screen reader. */
  label: string;
  /** Keep the array (useMemo): rows are drawn anew when it changes. */
  columns: Column<Row>[];
  /** All rows, or `count` with `fetchRows`. */
  rows?: Row[];
  count?: number;
  fetchRows?: FetchRows<Row>;
  /** Names what `fetchRows` answers: a change (of sort, filter, dataset version) fetches anew. */
  version?: unknown;
  rowKey?: (row: Row, index: number) => string;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  filters?: Record<string, string>;
  onFilter?: (key: string, value: string) => void;
  /** Enter and double click; with `openOnClick` a click too. */
  onOpen?: (row: Row, index: number) => void;
  openOnClick?: boolean;
  /** With both, each row has a check box; Space toggles it. */
  chosen?: Set<string>;
  onChoose?: (row: Row, index: number) => void;
  onActive?: (row: Row | undefined, index: number) => void;
  /** Key of a row to mark: the one whose details are shown. */
  marked?: string;
  /** A quiet colour of the row: ok, warn, error. */
  tone?: (row: Row) => "ok" | "warn" | "error" | undefined;
  /** Called when the last rows come into view: a list by cursor asks for more. */
  onEnd?: () => void;
  /** Left of the column button. */
  tools?: ReactNode;
  hideTools?: boolean;
  empty?: ReactNode;
  /** At most this high in pixels; without, it fills a flex column. */
  height?: number;
  rowHeight?: number;
  /** Keeps the last row in view as rows arrive. */
  follow?: boolean;
}

const resizeStep = 16;
const checkKey = "__chosen";

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, rowHeight = 30, onSort, onOpen, onEnd, rowKey } = props;
  const gridId = useId();
  const box = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const source = useRowSource(props.rows, props.count, props.fetchRows, props.version);
  const choice = useColumnChoice(props.id, columns);
  const visible = useWithChecks(choice.visible, props);
  const [headHeight, setHeadHeight] = useState(32);
  const view = useViewport(box, source.count, rowHeight, headHeight);
  const [active, setActive] = useState<Cell>({ row: 0, column: 0 });
  const [focused, setFocused] = useState(false);
  const [textHidden, setTextHidden] = useState(false);
  const [filtering, setFiltering] = useState(() => Object.values(props.filters ?? {}).some(Boolean));
  const [menu, setMenu] = useState<{ x: number; y: number; cell: Cell }>();
  // Callbacks of rows read the latest of both: a row is not drawn anew because the table is.
  const latest = useRef({ source, props });
  latest.current = { source, props };
  const filterable = Boolean(props.onFilter) && columns.some((column) => column.filter);

  const { show } = source;
  useEffect(() => show(view.first, view.last), [show, view.first, view.last, props.version]);
  useEffect(() => setHeadHeight(head.current?.offsetHeight ?? 32), [filtering, visible]);
  useEffect(() => {
    if (onEnd && source.count > 0 && view.last >= source.count - 5) onEnd();
  }, [onEnd, view.last, source.count]);
  useEffect(() => {
    if (props.follow && source.count > 0) view.reveal(source.count - 1);
  }, [props.follow, source.count]);

  const go = useCallback((cell: Cell) => {
    setActive(cell);
    setTextHidden(false);
    if (cell.row >= 0) view.reveal(cell.row);
    latest.current.props.onActive?.(cell.row >= 0 ? latest.current.source.at(cell.row) : undefined, cell.row);
  }, [view.reveal]);

  const at = { row: Math.min(active.row, source.count - 1), column: Math.min(active.column, visible.length - 1) };
  const cellId = at.row < 0 ? `${gridId}-h-${at.column}` : `${gridId}-${at.row}-${at.column}`;
  useEffect(() => {
    if (focused) document.getElementById(cellId)?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  }, [cellId, focused]);

  const sortBy = (column: Column<Row>) => {
    if (!column.sortable) return;
    const again = props.sort?.key === column.key;
    onSort?.({ key: column.key, descending: again ? !props.sort?.descending : column.kind === "figure" });
  };
  const copyCell = (cell: Cell) => {
    const row = source.at(cell.row);
    copy(cell.row < 0 ? visible[cell.column].title : row === undefined ? "" : copyText(valueOf(visible[cell.column], row)));
  };
  const copyLine = (cell: Cell) => {
    const row = source.at(cell.row);
    if (row !== undefined) copy(copyRow(visible.filter((column) => column.key !== checkKey), row));
  };
  const open = (index: number) => {
    const row = source.at(index);
    if (row !== undefined) onOpen?.(row, index);
  };
  const choose = (index: number) => {
    const row = source.at(index);
    if (row !== undefined) props.onChoose?.(row, index);
  };

  const pressed = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget) return;
    const far = event.ctrlKey || event.metaKey;
    const column = visible[at.column];
    const cell = document.getElementById(cellId);
    const next = moved(at, event, { rows: source.count, columns: visible.length, page: view.page });
    if (next) go(next);
    else if (event.altKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      const by = event.key === "ArrowLeft" ? -resizeStep : resizeStep;
      choice.resize(column, choice.width(column) + by);
    } else if (event.key === "Enter" && at.row < 0) sortBy(column);
    else if (event.key === "Enter") {
      const inside = cell?.querySelector<HTMLElement>("a, button");
      if (inside) inside.click();
      else open(at.row);
    } else if (event.key === " " && at.row >= 0 && props.onChoose) choose(at.row);
    else if (far && event.key.toLowerCase() === "c" && !window.getSelection()?.toString()) {
      if (event.shiftKey) copyLine(at);
      else copyCell(at);
    } else if ((event.key === "F10" && event.shiftKey) || event.key === "ContextMenu") {
      // The active cell may have been scrolled out of the drawn rows.
      const where = (cell ?? event.currentTarget).getBoundingClientRect();
      setMenu({ x: where.left + 8, y: cell ? where.bottom : where.top + headHeight, cell: at });
    } else if (event.key === "Escape" && !textHidden) {
      setTextHidden(true);
      return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const activate = useCallback((row: number, column: number, event: ReactMouseEvent) => {
    setActive({ row, column });
    setTextHidden(false);
    const { source: rowsNow, props: now } = latest.current;
    const item = rowsNow.at(row);
    now.onActive?.(item, row);
    const onControl = (event.target as HTMLElement).closest("a, button, input, label");
    if (item === undefined || onControl || window.getSelection()?.toString()) return;
    if (now.onOpen && (now.openOnClick || event.detail === 2)) now.onOpen(item, row);
  }, []);
  const openMenu = useCallback((row: number, column: number, event: ReactMouseEvent) => {
    event.preventDefault();
    setActive({ row, column });
    setMenu({ x: event.clientX, y: event.clientY, cell: { row, column } });
  }, []);
  const closeMenu = useCallback(() => {
    setMenu(undefined);
    box.current?.focus({ preventScroll: true });
  }, []);

  const total = visible.reduce((sum, column) => sum + choice.width(column), 0);
  const growing = Math.max(visible.findIndex((column) => column.grows), -1);
  const tracks = visible.map((column, index) => {
    const grows = growing >= 0 ? index === growing : index === visible.length - 1;
    return grows ? `minmax(${choice.width(column)}px, 1fr)` : `${choice.width(column)}px`;
  });
  const fit = (column: number) => {
    const cells = box.current?.querySelectorAll<HTMLElement>(`[aria-colindex="${column + 1}"]`) ?? [];
    const widest = [...cells].reduce((most, cell) => Math.max(most, cell.scrollWidth), 0);
    choice.resize(visible[column], Math.min(640, widest + 16));
  };
  const rows: number[] = [];
  for (let index = view.first; index < view.last; index += 1) rows.push(index);

  return (
    <div className={props.height ? "table-frame" : "table-frame is-filling"}>
      {!props.hideTools && (
        <div className="table-tools">
          <div className="table-tools-own">{props.tools}</div>
          {filterable && (
            <button
              type="button"
              className="table-tool"
              aria-pressed={filtering}
              onClick={() => setFiltering(!filtering)}
            >
              Filter
            </button>
          )}
          <ColumnChooser columns={columns} choice={choice} />
        </div>
      )}
      <div
        ref={box}
        role="grid"
        tabIndex={0}
        aria-label={props.label}
        aria-rowcount={source.count + 1}
        aria-colcount={visible.length}
        aria-multiselectable={props.onChoose ? true : undefined}
        aria-activedescendant={cellId}
        className="table-box"
        style={{
          "--table-columns": tracks.join(" "), maxHeight: props.height,
          // Room for the rows that there are, so that a short list is a short table.
          height: props.height ? Math.min(props.height, view.height + headHeight + 2) : undefined,
        } as CSSProperties}
        onKeyDown={pressed}
        onFocus={(event) => event.target === event.currentTarget && setFocused(true)}
        onBlur={() => setFocused(false)}
      >
        <div ref={head} role="rowgroup" className="table-head" style={{ minWidth: total }}>
          <HeaderRow
            gridId={gridId}
            columns={visible}
            activeColumn={focused && at.row < 0 ? at.column : -1}
            sort={props.sort}
            onSort={onSort ? sortBy : undefined}
            onActivate={(column) => setActive({ row: -1, column })}
            width={choice.width}
            onResize={choice.resize}
            onFit={fit}
          />
          {filtering && props.onFilter && (
            <FilterRow columns={visible} filters={props.filters ?? {}} onFilter={props.onFilter} />
          )}
        </div>
        {source.count > 0 && (
          <div role="rowgroup" className="table-body" style={{ height: view.height, minWidth: total }}>
            {rows.map((index) => {
              const row = source.at(index);
              const key = row !== undefined && rowKey ? rowKey(row, index) : String(index);
              return (
                <BodyRow
                  key={key}
                  gridId={gridId}
                  index={index}
                  row={row}
                  columns={visible}
                  top={view.top(index)}
                  height={rowHeight}
                  activeColumn={focused && at.row === index ? at.column : -1}
                  selected={props.onChoose ? Boolean(props.chosen?.has(key)) : undefined}
                  marked={props.marked !== undefined && key === props.marked}
                  tone={row === undefined ? undefined : props.tone?.(row)}
                  onActivate={activate}
                  onMenu={openMenu}
                />
              );
            })}
          </div>
        )}
      </div>
      {source.problem !== undefined && <ProblemView problem={source.problem as never} onRetry={source.retry} />}
      {source.count === 0 && props.empty && <div className="table-empty">{props.empty}</div>}
      <FullText cell={focused && !textHidden && at.row >= 0 && !menu ? cellId : undefined} moment={view.first} />
      {menu && (
        <CellMenu
          x={menu.x}
          y={menu.y}
          onClose={closeMenu}
          acts={[
            { label: "Copy cell", keys: "Ctrl+C", run: () => copyCell(menu.cell) },
            { label: "Copy row", keys: "Ctrl+Shift+C", run: () => copyLine(menu.cell) },
          ]}
        />
      )}
    </div>
  );
}

/** The columns, with one of check boxes before them where rows can be chosen. */
function useWithChecks<Row>(columns: Column<Row>[], props: DataTableProps<Row>): Column<Row>[] {
  const { chosen } = props;
  const latest = useRef(props);
  latest.current = props;
  const choosable = Boolean(props.onChoose);
  return useMemo(() => {
    if (!chosen || !choosable) return columns;
    const checks: Column<Row> = {
      key: checkKey, title: "Chosen", hideTitle: true, width: 36, fixed: true, value: () => "",
      render: (row) => {
        const key = latest.current.rowKey?.(row, 0) ?? "";
        return (
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={`Choose ${key}`}
            checked={chosen.has(key)}
            onChange={() => latest.current.onChoose?.(row, 0)}
          />
        );
      },
    };
    return [checks, ...columns];
  }, [columns, chosen, choosable]);
}

function copy(text: string): void {
  void navigator.clipboard?.writeText(text);
}
