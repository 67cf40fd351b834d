// A field that searches a list: arrows choose, Enter takes, what can't be taken says why.
import { type DragEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { TextField } from "../../ui";

export interface Found {
  id: string;
  reason?: string | null;
  body: ReactNode;
  onDragStart?: (event: DragEvent) => void;
}

interface Props {
  label: string;
  listLabel: string;
  search: (words: string[]) => Found[];
  onTake: (id: string) => void;
  onActive?: (id: string | undefined) => void;
  empty: string;
}

export function Finder({ label, listLabel, search, onTake, onActive, empty }: Props) {
  const id = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const found = search(text.toLowerCase().split(/\s+/).filter(Boolean));
  const place = Math.min(at, Math.max(0, found.length - 1));
  const active = found[place];
  useEffect(() => onActive?.(active?.id), [active?.id]);
  const go = (to: number) => {
    const next = Math.max(0, Math.min(found.length - 1, to));
    setAt(next);
    list.current?.children[next]?.scrollIntoView({ block: "nearest" });
  };
  const take = (item?: Found) => {
    if (item && !item.reason) onTake(item.id);
  };
  return (
    <div className="dz-finder">
      <TextField label={label} hideLabel placeholder={label} value={text} data-autofocus id={`${id}-field`} role="combobox" aria-expanded={true} aria-controls={`${id}-list`}
        aria-autocomplete="list" aria-activedescendant={active ? `${id}-${place}` : undefined}
        onChange={(next) => { setText(next); setAt(0); }}
        onKeyDown={(event) => {
          const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
          if (step !== undefined) go(place + step);
          else if (event.key === "Enter") take(active);
          else return;
          event.preventDefault();
        }} />
      {found.length === 0 && <p className="dz-finder-empty" role="status">{empty}</p>}
      <ul ref={list} id={`${id}-list`} role="listbox" aria-label={listLabel} className="dz-finder-list">
        {found.map((item, index) => (
          <li key={item.id} id={`${id}-${index}`} role="option" aria-selected={index === place} aria-disabled={item.reason ? true : undefined} title={item.reason ?? undefined}
            className={index === place ? "dz-found is-active" : "dz-found"} draggable={item.onDragStart && !item.reason ? true : undefined}
            onDragStart={item.onDragStart} onPointerEnter={() => setAt(index)} onClick={() => take(item)}>
            {item.body}
          </li>
        ))}
      </ul>
    </div>
  );
}
