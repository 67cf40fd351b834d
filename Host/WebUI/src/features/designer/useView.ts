// Moving and scaling of the canvas: wheel, middle button or background drag, keys, and to fit.
import { type PointerEvent, type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { type CardShape, CARD_HEIGHT, CARD_WIDTH } from "./shapes";

export function useView(frame: RefObject<SVGSVGElement>, cards: CardShape[], room: string) {
  const [view, setView] = useState({ x: 32, y: 32, scale: 1 });
  const held = useRef<{ x: number; y: number; view: typeof view } | null>(null);
  const shown = useRef(cards);
  shown.current = cards;
  // Once a person has moved the drawing, it stays where they put it.
  const touched = useRef(false);

  const fit = useCallback(() => {
    const box = frame.current?.getBoundingClientRect();
    const list = shown.current;
    if (!box || box.width === 0 || list.length === 0) return;
    touched.current = false;
    const left = Math.min(...list.map((card) => card.x));
    const top = Math.min(...list.map((card) => card.y));
    const width = Math.max(...list.map((card) => card.x + CARD_WIDTH)) - left;
    const height = Math.max(...list.map((card) => card.y + CARD_HEIGHT)) - top;
    const scale = Math.max(0.08, Math.min(1, (box.width - 64) / width, (box.height - 64) / height));
    setView({ scale, x: (box.width - width * scale) / 2 - left * scale, y: (box.height - height * scale) / 2 - top * scale });
  }, [frame]);

  // The drawing is fitted again when its room changes: a drawer opens, a phone is turned. A list of problems that
  // comes and goes below it changes its height alone, and moves nothing that is being worked on.
  useLayoutEffect(() => {
    if (!touched.current) fit();
  }, [fit, room]);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    let width = element.getBoundingClientRect().width;
    const observer = new ResizeObserver(() => {
      const now = element.getBoundingClientRect().width;
      if (now !== width && !touched.current) fit();
      width = now;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [fit, frame]);

  const zoom = useCallback((by: number, at?: { x: number; y: number }) => {
    const box = frame.current?.getBoundingClientRect();
    const point = at ?? { x: (box?.width ?? 0) / 2, y: (box?.height ?? 0) / 2 };
    touched.current = true;
    setView((now) => {
      const scale = Math.min(2.5, Math.max(0.08, now.scale * by));
      const ratio = scale / now.scale;
      return { scale, x: point.x - (point.x - now.x) * ratio, y: point.y - (point.y - now.y) * ratio };
    });
  }, [frame]);

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const wheeled = (event: WheelEvent) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      if (event.ctrlKey || event.metaKey) zoom(Math.exp(-event.deltaY * 0.004), { x: event.clientX - box.left, y: event.clientY - box.top });
      else {
        touched.current = true;
        setView((now) => ({ ...now, x: now.x - event.deltaX, y: now.y - event.deltaY }));
      }
    };
    element.addEventListener("wheel", wheeled, { passive: false });
    return () => element.removeEventListener("wheel", wheeled);
  }, [frame, zoom]);

  const toWorld = (event: { clientX: number; clientY: number }) => {
    const box = frame.current?.getBoundingClientRect();
    return { x: (event.clientX - (box?.left ?? 0) - view.x) / view.scale, y: (event.clientY - (box?.top ?? 0) - view.y) / view.scale };
  };

  const pan = {
    /** True where this press moves the canvas: the middle button, or `background`. */
    start: (event: PointerEvent, background = false) => {
      if (event.button !== 1 && !background) return false;
      event.currentTarget.setPointerCapture(event.pointerId);
      held.current = { x: event.clientX, y: event.clientY, view };
      return true;
    },
    move: (event: PointerEvent) => {
      const start = held.current;
      if (!start) return false;
      if (Math.abs(event.clientX - start.x) + Math.abs(event.clientY - start.y) > 3) touched.current = true;
      setView({ ...start.view, x: start.view.x + event.clientX - start.x, y: start.view.y + event.clientY - start.y });
      return true;
    },
    end: () => {
      held.current = null;
    },
  };

  const reveal = (card: CardShape) => {
    const box = frame.current?.getBoundingClientRect();
    if (!box) return;
    const height = Math.min(box.height, sheetTop() - box.top);
    setView((now) => {
      const x = now.x + card.x * now.scale;
      const y = now.y + card.y * now.scale;
      const dx = x < 16 ? 16 - x : Math.min(0, box.width - 16 - x - CARD_WIDTH * now.scale);
      const dy = y < 16 ? 16 - y : Math.min(0, height - 16 - y - CARD_HEIGHT * now.scale);
      return { ...now, x: now.x + dx, y: now.y + dy };
    });
  };
  return { view, fit, zoom, toWorld, pan, reveal };
}

/** On a phone the panel lies over the lower part of the drawing. */
function sheetTop(): number {
  const sheet = document.querySelector(".dz-inspector");
  return sheet && getComputedStyle(sheet).position === "fixed" ? sheet.getBoundingClientRect().top : Infinity;
}
