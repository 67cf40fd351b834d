// Which columns a person chose to see and how wide, remembered in the browser by the table's id.
import { useCallback, useMemo, useState } from "react";
import { type Column, smallestWidth, widthOf } from "./columns";

interface Choice {
  shown: Record<string, boolean>;
  widths: Record<string, number>;
}

export interface ColumnChoice<Row> {
  visible: Column<Row>[];
  isShown: (column: Column<Row>) => boolean;
  width: (column: Column<Row>) => number;
  toggle: (column: Column<Row>) => void;
  resize: (column: Column<Row>, width: number) => void;
  reset: () => void;
  changed: boolean;
}

const nothing: Choice = { shown: {}, widths: {} };

export function useColumnChoice<Row>(id: string, columns: Column<Row>[]): ColumnChoice<Row> {
  const [choice, setChoice] = useState<Choice>(() => read(id));
  const change = useCallback((edit: (choice: Choice) => Choice) => {
    setChoice((before) => {
      const after = edit(before);
      write(id, after);
      return after;
    });
  }, [id]);
  const isShown = (column: Column<Row>) => column.fixed || (choice.shown[column.key] ?? !column.hidden);
  const visible = useMemo(() => columns.filter(isShown), [columns, choice]);
  return {
    visible, isShown,
    width: (column) => choice.widths[column.key] ?? widthOf(column),
    toggle: (column) =>
      change((before) => ({ ...before, shown: { ...before.shown, [column.key]: !isShown(column) } })),
    resize: (column, width) =>
      change((before) => ({
        ...before, widths: { ...before.widths, [column.key]: Math.round(Math.max(smallestWidth, width)) },
      })),
    reset: () => change(() => nothing),
    changed: Object.keys(choice.shown).length + Object.keys(choice.widths).length > 0,
  };
}

function read(id: string): Choice {
  try {
    const stored = JSON.parse(localStorage.getItem(`ote.table.${id}`) ?? "null");
    return { shown: stored?.shown ?? {}, widths: stored?.widths ?? {} };
  } catch {
    return nothing;
  }
}

function write(id: string, choice: Choice): void {
  try {
    if (choice === nothing) localStorage.removeItem(`ote.table.${id}`);
    else localStorage.setItem(`ote.table.${id}`, JSON.stringify(choice));
  } catch {
    // A browser that keeps nothing still shows the table.
  }
}
