// A button with the list of columns: which are shown, and back to how the table comes.
import { useEffect, useId, useRef, useState } from "react";
import type { Column } from "./columns";
import type { ColumnChoice } from "./columnChoice";

export function ColumnChooser<Row>({ columns, choice }: { columns: Column<Row>[]; choice: ColumnChoice<Row> }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const frame = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const outside = (event: PointerEvent) => {
      if (!frame.current?.contains(event.target as Node)) setOpen(false);
    };
    window.addEventListener("pointerdown", outside);
    return () => window.removeEventListener("pointerdown", outside);
  }, [open]);
  const listed = columns.filter((column) => column.title.toLowerCase().includes(text.toLowerCase()));
  const hidden = columns.length - choice.visible.length;
  return (
    <div
      className="table-chooser"
      ref={frame}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        setOpen(false);
        button.current?.focus();
      }}
    >
      <button
        ref={button}
        type="button"
        className="table-tool"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        Columns{hidden > 0 && <span className="table-tool-count">{hidden} hidden</span>}
      </button>
      {open && (
        <div id={id} className="table-popup" role="group" aria-label="Columns shown">
          {columns.length > 12 && (
            <input
              autoFocus
              type="text"
              className="table-popup-search"
              aria-label="Find a column"
              placeholder="Find a column"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
          <div className="table-popup-list">
            {listed.map((column) => (
              <label key={column.key} className="table-popup-choice">
                <input
                  type="checkbox"
                  checked={choice.isShown(column)}
                  disabled={column.fixed || (choice.isShown(column) && choice.visible.length === 1)}
                  onChange={() => choice.toggle(column)}
                />
                <span>{column.title || column.key}</span>
              </label>
            ))}
            {listed.length === 0 && <p className="table-popup-none">No column has this in its name.</p>}
          </div>
          <button type="button" className="table-tool" disabled={!choice.changed} onClick={choice.reset}>
            Reset columns
          </button>
        </div>
      )}
    </div>
  );
}
