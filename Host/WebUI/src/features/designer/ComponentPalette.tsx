// Everything that can be added: searched by any of its words, dragged to the canvas or added by Enter.
import { useMemo, useState } from "react";
import type { Component } from "../../api";
import { EmptyState, Icon, TextField } from "../../ui";

interface Props {
  components: Component[];
  onAdd: (component: Component) => void;
  reason?: string;
}

const ORDER = ["source", "stage", "check", "sink", "provider", "trainer", "evaluator", "action", "notifier"];

export function ComponentPalette({ components, onAdd, reason }: Props) {
  const [text, setText] = useState("");
  const found = useMemo(() => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const hit = (item: Component) => {
      const all = `${item.plugin}/${item.name} ${item.title} ${item.summary} ${item.kind} ${item.docs}`.toLowerCase();
      return words.every((word) => all.includes(word));
    };
    return components.filter(hit).sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || a.title.localeCompare(b.title));
  }, [components, text]);
  return (
    <section className="dz-palette" aria-label="Components">
      <TextField label="Find a component" hideLabel placeholder="Find a component" value={text} onChange={setText} id="dz-find"
        onKeyDown={(event) => {
          if (event.key === "Enter" && found[0] && !reason) onAdd(found[0]);
        }} />
      {found.length === 0 && <EmptyState title="Nothing has these words" text="Components come from enabled plugins." />}
      <ul className="dz-palette-list">
        {found.map((item) => (
          <li key={`${item.plugin}/${item.name}@${item.version}`}>
            <button type="button" className="dz-palette-item" draggable={!reason} disabled={reason !== undefined} title={reason ?? item.summary}
              onDragStart={(event) => event.dataTransfer.setData("application/x-ote-component", `${item.plugin}/${item.name}`)}
              onClick={() => onAdd(item)}>
              <Icon name={item.kind} />
              <span className="dz-palette-words">
                <span className="dz-palette-title">{item.title}</span>
                <span className="dz-palette-use">{item.kind} · {item.plugin} {item.version}</span>
                <span className="dz-palette-summary">{item.summary}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
