// A panel from the side, over the page, for what belongs to the page without replacing it.
import { useId, useRef, type ReactNode } from "react";
import { createPortal } from "react-dom";
import { IconButton } from "./Button";
import { useLayer } from "./layer";
import "./dialog.css";

export interface DrawerProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
  actions?: ReactNode;
  side?: "right" | "left";
  width?: number;
}

export function Drawer({ title, onClose, children, actions, side = "right", width = 400 }: DrawerProps) {
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  useLayer(box, { onClose });
  return createPortal(
    <div className="ui-scrim ui-scrim-drawer" onClick={(event) => event.target === event.currentTarget && onClose()}>
      <div
        ref={box}
        className={"ui-drawer ui-drawer-" + side}
        style={{ width }}
        role="dialog"
        aria-modal="true"
        aria-labelledby={id}
        tabIndex={-1}
      >
        <div className="ui-dialog-head">
          <h2 id={id}>{title}</h2>
          {actions}
          <IconButton icon="close" label="Close" size="small" onClick={onClose} />
        </div>
        <div className="ui-drawer-body">{children}</div>
      </div>
    </div>,
    document.body,
  );
}
