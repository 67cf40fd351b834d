// Everything that can be added: searched by any of its words, dragged to the canvas or added by Enter.
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import type { Component } from "../../api";
import { IconButton, Icon, Markdown } from "../../ui";
import { Finder } from "./Finder";
import { fitting } from "./joins";
import type { CardShape } from "./shapes";

interface Props {
  components: Component[];
  /** What is chosen: what it can feed comes first, and is joined to it. */
  chosen?: CardShape;
  onAdd: (component: Component) => void;
  onClose: () => void;
  reason?: string;
}

const ORDER = ["source", "stage", "check", "sink", "provider", "trainer", "evaluator", "action", "notifier"];
const useOf = (item: Component) => `${item.plugin}/${item.name}`;

export function ComponentPalette({ components, chosen, onAdd, onClose, reason }: Props) {
  const box = useRef<HTMLElement>(null);
  const [active, setActive] = useState<string>();
  useEffect(() => box.current?.querySelector("input")?.focus(), []);
  const ranked = useMemo(() => {
    const rank = (item: Component) => (chosen && fitting(chosen.outputs, item.inputs) ? 0 : 1);
    const place = (item: Component) => ORDER.indexOf(item.kind);
    return [...components].sort((a, b) => rank(a) - rank(b) || place(a) - place(b) || a.title.localeCompare(b.title));
  }, [components, chosen]);
  const shown = ranked.find((item) => useOf(item) === active);
  const search = (words: string[]) => ranked.filter((item) => hit(item, words)).map((item) => ({
    id: useOf(item), reason,
    onDragStart: (event: React.DragEvent) => event.dataTransfer.setData("application/x-ote-component", useOf(item)),
    body: <Entry item={item} fits={chosen && fitting(chosen.outputs, item.inputs) ? chosen.node.name : undefined} />,
  }));
  const keys = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    onClose();
  };
  return (
    <section ref={box} className="dz-palette" role="dialog" aria-label="Add a component" onKeyDown={keys}>
      <div className="dz-panel-head"><h2>Add a component</h2><IconButton icon="close" label="Close" size="small" onClick={onClose} /></div>
      <Finder label="Find a component" listLabel="Components" search={search} onActive={setActive}
        empty="Nothing has these words. Components come from enabled plugins."
        onTake={(id) => { const item = ranked.find((other) => useOf(other) === id); if (item) onAdd(item); }} />
      {shown && (
        <div className="dz-palette-docs" tabIndex={0} role="region" aria-label={`About ${shown.title}`}>
          <p className="dz-palette-ports">{ports(shown)}</p>
          <Markdown text={shown.docs || shown.summary} />
        </div>
      )}
    </section>
  );
}

function hit(item: Component, words: string[]): boolean {
  const all = `${useOf(item)} ${item.title} ${item.summary} ${item.kind} ${item.docs}`.toLowerCase();
  return words.every((word) => all.includes(word));
}

function ports(item: Component): string {
  const list = (side: { name: string; type: string }[]) => side.map((port) => `${port.name} (${port.type})`).join(", ") || "nothing";
  return `Takes ${list(item.inputs)}; gives ${list(item.outputs)}.`;
}

function Entry({ item, fits }: { item: Component; fits?: string }) {
  return (
    <>
      <span className={`dz-kind is-${item.kind}`}><Icon name={item.kind} /></span>
      <span className="dz-palette-words">
        <span className="dz-palette-title">{item.title}</span>
        <span className="dz-palette-use">{item.kind} · {useOf(item)} {item.version}</span>
        <span className="dz-palette-summary">{item.summary}</span>
        {fits && <span className="dz-palette-fits"><Icon name="link" />joins {fits}</span>}
      </span>
    </>
  );
}
