// Where a key moves the active cell of a grid. Row -1 is the header.

export interface Cell {
  row: number;
  column: number;
}

export interface GridSize {
  rows: number;
  columns: number;
  /** Rows of a page. */
  page: number;
}

export interface Key {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** Undefined for a key that moves nothing. */
export function moved(from: Cell, pressed: Key, size: GridSize): Cell | undefined {
  if (pressed.altKey) return undefined;
  const far = pressed.ctrlKey || pressed.metaKey;
  const lastRow = size.rows - 1;
  const lastColumn = size.columns - 1;
  const to = (row: number, column: number): Cell => ({
    row: Math.max(-1, Math.min(lastRow, row)),
    column: Math.max(0, Math.min(lastColumn, column)),
  });
  switch (pressed.key) {
    case "ArrowUp": return to(far ? 0 : from.row - 1, from.column);
    case "ArrowDown": return to(far ? lastRow : from.row + 1, from.column);
    case "ArrowLeft": return to(from.row, far ? 0 : from.column - 1);
    case "ArrowRight": return to(from.row, far ? lastColumn : from.column + 1);
    case "PageUp": return to(Math.max(0, from.row - size.page), from.column);
    case "PageDown": return to(from.row + size.page, from.column);
    case "Home": return far ? to(0, 0) : to(from.row, 0);
    case "End": return far ? to(lastRow, lastColumn) : to(from.row, lastColumn);
    default: return undefined;
  }
}
