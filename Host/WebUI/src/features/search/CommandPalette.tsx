// One field for every command and every object: type, arrows, Enter.
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { createPortal } from "react-dom";
import { useCommands } from "../../app/commands";
import { navigate } from "../../app/router";
import { Icon, Kbd, StatusBadge, useLayer } from "../../ui";
import { isClear, rank } from "./rank";
import { useHits } from "./useHits";
import "./palette.css";

interface Line {
  id: string;
  group: string;
  icon: string;
  title: string;
  detail?: string;
  status?: string;
  keys?: string;
  run: () => void;
}

export function CommandPalette({ onClose }: { onClose: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  const base = useId();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const commands = useCommands();
  const { hits, busy, failed } = useHits(text.trim());
  useLayer(box, { onClose });

  const lines = useMemo<Line[]>(() => {
    const actions = rank(
      commands.filter((command) => !command.hidden),
      text.trim(),
      (command) => command.title,
    ).map((command) => ({
      id: "c:" + command.id,
      group: text ? "Commands" : command.group ?? "This page",
      icon: command.icon ?? "arrow-right",
      title: command.title,
      keys: command.keys,
      run: command.run,
    }));
    const found = hits.map(({ address, ...line }) => ({ ...line, run: () => navigate(address) }));
    if (!text) return grouped(actions);
    const clear = actions.filter((line) => isClear(line.title, text.trim()));
    // A command that fits by loose letters only stands before nothing that was found by its name.
    const guesses = found.length === 0 && !busy ? actions.filter((line) => !clear.includes(line)) : [];
    return [...clear.slice(0, 6), ...found, ...guesses.slice(0, 6)];
  }, [commands, hits, busy, text]);

  const at = Math.min(chosen, lines.length - 1);
  useEffect(() => {
    document.getElementById(base + at)?.scrollIntoView({ block: "nearest" });
  }, [at, base]);

  const run = (line: Line | undefined) => {
    if (!line) return;
    onClose();
    // After the dialog is gone and the focus is back, so that the command may take it.
    window.setTimeout(line.run, 0);
  };
  const press = (event: KeyboardEvent) => {
    const last = lines.length - 1;
    const to = { ArrowDown: at >= last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1 }[event.key];
    if (event.key === "Enter") run(lines[at]);
    else if (to !== undefined) setChosen(to);
    else return;
    event.preventDefault();
  };

  return createPortal(
    <div className="ui-scrim" onClick={(event) => event.target === event.currentTarget && onClose()}>
      <div ref={box} className="palette" role="dialog" aria-modal="true" aria-label="Search and commands">
        <div className="palette-field">
          <Icon name="search" />
          <input
            type="text"
            role="combobox"
            aria-label="Search pipelines, runs, datasets, models and commands"
            aria-expanded="true"
            aria-controls={base + "list"}
            aria-activedescendant={lines.length > 0 ? base + at : undefined}
            aria-autocomplete="list"
            autoComplete="off"
            spellCheck={false}
            placeholder="Search pipelines, runs, datasets, models and commands"
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setChosen(0);
            }}
            onKeyDown={press}
          />
          {busy && <span className="ui-spinner" aria-hidden />}
        </div>
        <div className="palette-list" role="listbox" id={base + "list"} aria-label="Results">
          {lines.map((line, index) => (
            <div key={line.id} role="presentation">
              {line.group !== lines[index - 1]?.group && (
                <div className="palette-group" role="presentation">
                  {line.group}
                </div>
              )}
              <div
                id={base + index}
                role="option"
                aria-selected={index === at}
                className="palette-line"
                onMouseMove={() => setChosen(index)}
                onClick={() => run(line)}
              >
                <Icon name={line.icon} />
                <span className="palette-title">{line.title}</span>
                {line.detail && <span className="palette-detail">{line.detail}</span>}
                {line.status && <StatusBadge status={line.status} quiet />}
                {line.keys && <Kbd keys={line.keys} />}
              </div>
            </div>
          ))}
        </div>
        <p className="palette-note" role="status">
          {failed ? "Search failed: " + failed : lines.length === 0 && !busy ? `Nothing is named like “${text}”.` : ""}
        </p>
      </div>
    </div>,
    document.body,
  );
}

/** Keeps the order of first appearance, with each group in one piece. */
function grouped(lines: Line[]): Line[] {
  const groups = Array.from(new Set(lines.map((line) => line.group)));
  return groups.flatMap((group) => lines.filter((line) => line.group === group));
}
