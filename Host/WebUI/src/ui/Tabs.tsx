// Tabs with one stop for Tab, arrows between them, and a panel tied to the chosen one.
import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from "react";
import { Icon } from "./Icon";
import "./tabs.css";

export interface Tab {
  id: string;
  title: string;
  icon?: string;
  /** A number beside the title. */
  count?: number;
}

export interface TabsProps {
  tabs: Tab[];
  value: string;
  onChange: (id: string) => void;
  label?: string;
  /** What the chosen tab shows; leave it out where the panel is elsewhere and use `panel`. */
  children?: ReactNode;
  /** The id of a panel elsewhere. */
  panel?: string;
  size?: "normal" | "small";
}

export function Tabs({ tabs, value, onChange, label = "Sections", children, panel, size }: TabsProps) {
  const base = useId();
  const list = useRef<HTMLDivElement>(null);
  const panelID = panel ?? base + "-panel";
  const hasPanel = children !== undefined || panel !== undefined;

  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [value]);

  const press = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => tab.id === value);
    const step = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = tabs[(step + tabs.length) % tabs.length];
    onChange(next.id);
    list.current?.querySelector<HTMLElement>(`[data-tab="${CSS.escape(next.id)}"]`)?.focus();
  };

  return (
    <>
      <div className={"ui-tabs" + (size === "small" ? " ui-tabs-small" : "")} role="tablist" aria-label={label} ref={list} onKeyDown={press}>
        {tabs.map((tab) => {
          const chosen = tab.id === value;
          return (
            <button
              key={tab.id}
              type="button"
              role="tab"
              id={base + tab.id}
              data-tab={tab.id}
              aria-selected={chosen}
              aria-controls={chosen && hasPanel ? panelID : undefined}
              tabIndex={chosen ? 0 : -1}
              className="ui-tab"
              onClick={() => onChange(tab.id)}
            >
              {tab.icon && <Icon name={tab.icon} />}
              {tab.title}
              {tab.count !== undefined && <span className="ui-tab-count">{tab.count}</span>}
            </button>
          );
        })}
      </div>
      {children !== undefined && (
        <div role="tabpanel" id={panelID} aria-labelledby={base + value} className="ui-tab-panel">
          {children}
        </div>
      )}
    </>
  );
}
