// What lies above the page: it takes the focus, keeps it, gives it back, and closes with Esc, the topmost first.
import { useLayoutEffect, useRef, type RefObject } from "react";

const FOCUSABLE =
  "a[href],button,input:not([type=hidden]),select,textarea,[tabindex]:not([tabindex='-1']),summary,[contenteditable=true]";
const open: symbol[] = [];
/** Whom a layer that closes just now gives the focus back to: a layer that opens in its place does so in its stead. */
let handedOn: HTMLElement | null = null;

export function focusables(root: HTMLElement): HTMLElement[] {
  return Array.from(root.querySelectorAll<HTMLElement>(FOCUSABLE)).filter(
    (element) => !element.hasAttribute("disabled") && element.getClientRects().length > 0,
  );
}

/** Where a menu or tooltip of this element is put: within its dialog or landmark, so that it is found there. */
export function layerRoot(anchor: Element | null): Element {
  return anchor?.closest("[role=dialog],main,header,nav") ?? document.querySelector("main") ?? document.body;
}

interface LayerOptions {
  onClose: () => void;
  /** Tab stays inside. */
  trap?: boolean;
  /** Where the focus goes first; otherwise [data-autofocus], then the first control below the head, then the whole. */
  initial?: RefObject<HTMLElement>;
}

export function useLayer(root: RefObject<HTMLElement>, { onClose, trap = true, initial }: LayerOptions) {
  const close = useRef(onClose);
  close.current = onClose;

  // In the commit that shows it, not after: a key that is pressed in between would move the focus below the layer, and it
  // would be given back to where that key had moved it.
  useLayoutEffect(() => {
    const me = Symbol("layer");
    const active = document.activeElement;
    const before = active instanceof HTMLElement && active !== document.body ? active : handedOn;
    open.push(me);
    const element = root.current;
    if (element && !element.contains(document.activeElement)) {
      const controls = focusables(element).filter((control) => !control.closest(".ui-dialog-head"));
      const target =
        initial?.current ?? element.querySelector<HTMLElement>("[data-autofocus]") ?? controls[0] ?? element;
      target.focus();
    }
    const press = (event: KeyboardEvent) => {
      if (open[open.length - 1] !== me || event.defaultPrevented) return;
      if (event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        close.current();
      } else if (event.key === "Tab" && trap && root.current) {
        const all = focusables(root.current);
        const [first, last] = [all[0], all[all.length - 1]];
        const active = document.activeElement;
        if (!first) event.preventDefault();
        else if (event.shiftKey ? active === first || active === root.current : active === last) {
          event.preventDefault();
          (event.shiftKey ? last : first).focus();
        } else if (!root.current.contains(active)) {
          event.preventDefault();
          first.focus();
        }
      }
    };
    document.addEventListener("keydown", press);
    return () => {
      document.removeEventListener("keydown", press);
      open.splice(open.indexOf(me), 1);
      handedOn = before;
      // Behind the commit, in which React hears of no focus, and before any key.
      queueMicrotask(() => {
        handedOn = null;
        if (before?.isConnected && document.activeElement === document.body) before.focus();
      });
    };
  }, [root, trap, initial]);
}
