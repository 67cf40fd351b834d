// A button that opens a list of actions; arrows walk it, letters jump, Esc closes.
import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { createPortal } from "react-dom";
import { Button, IconButton } from "./Button";
import { Icon } from "./Icon";
import { Kbd } from "./Kbd";
import { layerRoot } from "./layer";
import "./menu.css";

export interface MenuItem {
  label: ReactNode;
  icon?: string;
  onSelect?: () => void;
  /** Why it can't be done now. */
  reason?: string;
  danger?: boolean;
  checked?: boolean;
  keys?: string;
  detail?: string;
}

export type MenuEntry = MenuItem | "divider" | { heading: string } | null | false | undefined;

export interface MenuProps {
  label: string;
  items: MenuEntry[];
  /** An icon button, where given without text. */
  icon?: string;
  /** The words on the button; without it only the icon is shown. */
  text?: ReactNode;
  kind?: "primary" | "secondary" | "quiet";
  align?: "start" | "end";
  size?: "normal" | "small";
  reason?: string;
  className?: string;
}

export function Menu({ label, items, icon = "more", text, kind = "quiet", align = "start", size, reason, className }: MenuProps) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = (refocus = true) => {
    setOpen(false);
    if (refocus) anchor.current?.focus();
  };
  const common = {
    ref: anchor,
    size,
    reason,
    className,
    "aria-haspopup": "menu" as const,
    "aria-expanded": open,
    "aria-controls": open ? id : undefined,
    onClick: () => setOpen(!open),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== "ArrowDown" || open || reason) return;
      event.preventDefault();
      setOpen(true);
    },
  };
  return (
    <>
      {text === undefined ? (
        <IconButton {...common} icon={icon} label={label} kind={kind === "primary" ? "secondary" : kind} />
      ) : (
        <Button {...common} kind={kind} icon={icon === "more" ? undefined : icon} iconAfter="chevron-down" aria-label={typeof text === "string" && text !== label ? `${label}: ${text}` : label}>
          {text}
        </Button>
      )}
      {open && <MenuList id={id} label={label} items={items} anchor={anchor.current} align={align} close={close} />}
    </>
  );
}

interface ListProps {
  id?: string;
  label: string;
  items: MenuEntry[];
  anchor: Element | null;
  /** In place of an anchor: where a context menu was asked for. */
  point?: { x: number; y: number };
  align?: "start" | "end";
  close: (refocus?: boolean) => void;
}

/** The list alone, for context menus. */
export function MenuList({ id, label, items, anchor, point, align = "start", close }: ListProps) {
  const list = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ left: -9999, top: -9999 });
  const done = useRef(close);
  done.current = close;

  useLayoutEffect(() => {
    const size = list.current?.getBoundingClientRect();
    if (!size) return;
    const box = anchor?.getBoundingClientRect();
    const x = point?.x ?? (align === "end" ? (box?.right ?? 0) - size.width : box?.left ?? 0);
    const below = point?.y ?? (box?.bottom ?? 0) + 4;
    const fits = below + size.height <= window.innerHeight - 8;
    const above = point ? below - size.height : (box?.top ?? 0) - size.height - 4;
    setPlace({
      left: Math.max(8, Math.min(x, window.innerWidth - size.width - 8)),
      top: fits ? below : Math.max(8, above),
    });
    list.current?.querySelector<HTMLElement>("[role^=menuitem]")?.focus({ preventScroll: true });
  }, [anchor, align, point?.x, point?.y]);

  useEffect(() => {
    const outside = (event: Event) => {
      const target = event.target as Node;
      if (!list.current?.contains(target) && !anchor?.contains(target)) done.current(false);
    };
    document.addEventListener("pointerdown", outside, true);
    return () => document.removeEventListener("pointerdown", outside, true);
  }, [anchor]);

  const press = (event: KeyboardEvent) => {
    const all = Array.from(list.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? []);
    const at = all.indexOf(document.activeElement as HTMLElement);
    const go = (index: number) => all[(index + all.length) % all.length]?.focus();
    event.stopPropagation();
    if (event.key === "ArrowDown") go(at + 1);
    else if (event.key === "ArrowUp") go(at - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(all.length - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Tab") return close();
    else if (event.key.length === 1 && event.key !== " ") {
      const letter = event.key.toLowerCase();
      const after = [...all.slice(at + 1), ...all.slice(0, at + 1)];
      after.find((item) => item.textContent?.trim().toLowerCase().startsWith(letter))?.focus();
    } else return;
    event.preventDefault();
  };

  return createPortal(
    <div ref={list} id={id} className="ui-menu" role="menu" aria-label={label} style={place} onKeyDown={press}>
      {items.map((item, index) => (item ? <Entry key={index} item={item} close={close} /> : null))}
    </div>,
    layerRoot(anchor),
  );
}

function Entry({ item, close }: { item: Exclude<MenuEntry, null | false | undefined>; close: (refocus?: boolean) => void }) {
  if (item === "divider") return <div className="ui-menu-divider" role="separator" />;
  if ("heading" in item) return <div className="ui-menu-heading" role="presentation">{item.heading}</div>;
  const off = !!item.reason;
  return (
    <button
      type="button"
      tabIndex={-1}
      role={item.checked === undefined ? "menuitem" : "menuitemradio"}
      aria-checked={item.checked}
      aria-disabled={off || undefined}
      className={"ui-menu-item" + (item.danger ? " ui-menu-danger" : "")}
      onClick={() => {
        if (off) return;
        close();
        item.onSelect?.();
      }}
    >
      <span className="ui-menu-icon">
        {item.checked ? <Icon name="tick" /> : item.icon && <Icon name={item.icon} />}
      </span>
      <span className="ui-menu-text">
        {item.label}
        {(item.reason || item.detail) && <small>{item.reason ?? item.detail}</small>}
      </span>
      {item.keys && <Kbd keys={item.keys} />}
    </button>
  );
}
