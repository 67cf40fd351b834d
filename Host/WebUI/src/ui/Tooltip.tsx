// A few words beside what the pointer or the keyboard is on.
import {
  cloneElement,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type FocusEvent,
  type MouseEvent,
  type ReactElement,
  type ReactNode,
} from "react";
import { createPortal } from "react-dom";
import { layerRoot } from "./layer";
import "./tooltip.css";

interface TooltipProps {
  text: ReactNode;
  /** One element that can take focus. */
  children: ReactElement;
  /** The text is already the element's name: not to be read twice. */
  isName?: boolean;
}

const DELAY = 350;

export function Tooltip({ text, children, isName }: TooltipProps) {
  const id = useId();
  const [anchor, setAnchor] = useState<Element | null>(null);
  const timer = useRef<number>();
  useEffect(() => () => window.clearTimeout(timer.current), []);
  if (!text) return children;

  const show = (element: Element, delay: number) => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setAnchor(element), delay);
  };
  const hide = () => {
    window.clearTimeout(timer.current);
    setAnchor(null);
  };
  const { props } = children;
  return (
    <>
      {cloneElement(children, {
        "aria-describedby": anchor && !isName ? id : props["aria-describedby"],
        onMouseEnter: (event: MouseEvent) => {
          props.onMouseEnter?.(event);
          show(event.currentTarget, DELAY);
        },
        onMouseLeave: (event: MouseEvent) => {
          props.onMouseLeave?.(event);
          hide();
        },
        onFocus: (event: FocusEvent) => {
          props.onFocus?.(event);
          if (event.currentTarget.matches(":focus-visible")) show(event.currentTarget, 0);
        },
        onBlur: (event: FocusEvent) => {
          props.onBlur?.(event);
          hide();
        },
      })}
      {anchor && createPortal(<Bubble id={id} anchor={anchor} text={text} hide={hide} />, layerRoot(anchor))}
    </>
  );
}

function Bubble({ id, anchor, text, hide }: { id: string; anchor: Element; text: ReactNode; hide: () => void }) {
  const bubble = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ left: -9999, top: -9999 });

  useLayoutEffect(() => {
    const size = bubble.current?.getBoundingClientRect();
    const box = anchor.getBoundingClientRect();
    if (!size) return;
    const left = Math.max(6, Math.min(box.left + box.width / 2 - size.width / 2, window.innerWidth - size.width - 6));
    const below = box.bottom + 6;
    const top = below + size.height > window.innerHeight - 6 ? box.top - size.height - 6 : below;
    setPlace({ left, top });
  }, [anchor, text]);

  useEffect(() => {
    const escape = (event: KeyboardEvent) => event.key === "Escape" && hide();
    window.addEventListener("keydown", escape);
    window.addEventListener("scroll", hide, true);
    return () => {
      window.removeEventListener("keydown", escape);
      window.removeEventListener("scroll", hide, true);
    };
  }, [hide]);

  return (
    <div ref={bubble} id={id} role="tooltip" className="ui-tooltip" style={place}>
      {text}
    </div>
  );
}
