// One filter field per column that can be filtered, below the titles.
import { useEffect, useState } from "react";
import type { Column } from "./columns";

interface Props<Row> {
  columns: Column<Row>[];
  filters: Record<string, string>;
  onFilter: (key: string, value: string) => void;
}

export function FilterRow<Row>({ columns, filters, onFilter }: Props<Row>) {
  return (
    <div role="row" className="table-row table-filters">
      {columns.map((column) => (
        <div key={column.key} role="gridcell" className="table-filter">
          {Array.isArray(column.filter) && (
            <select
              aria-label={`Filter ${column.title}`}
              value={filters[column.key] ?? ""}
              onChange={(event) => onFilter(column.key, event.target.value)}
            >
              <option value="">All</option>
              {column.filter.map((choice) => (
                <option key={choice.value} value={choice.value}>{choice.label}</option>
              ))}
            </select>
          )}
          {column.filter === true && (
            <FilterText
              label={`Filter ${column.title}`}
              placeholder={column.filterPlaceholder ?? "contains"}
              value={filters[column.key] ?? ""}
              onChange={(value) => onFilter(column.key, value)}
            />
          )}
        </div>
      ))}
    </div>
  );
}

const pauseMilliseconds = 250;

/** Says its value after a pause in typing, or at Enter. */
function FilterText(props: { label: string; placeholder: string; value: string; onChange: (value: string) => void }) {
  const [text, setText] = useState(props.value);
  const { onChange, value } = props;
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = window.setTimeout(() => onChange(text), pauseMilliseconds);
    return () => window.clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <input
      type="text"
      aria-label={props.label}
      placeholder={props.placeholder}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") onChange(text);
        if (event.key === "Escape" && text !== "") setText("");
        event.stopPropagation();
      }}
    />
  );
}
