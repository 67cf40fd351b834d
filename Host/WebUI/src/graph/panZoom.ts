// Moving and scaling of a drawing: by wheel, drag, two fingers' wheel events, keys, and to fit.
import { type PointerEvent as ReactPointerEvent, type RefObject, useCallback, useEffect, useRef, useState } from "react";

export interface View {
  x: number;
  y: number;
  scale: number;
}

export interface Bounds {
  width: number;
  height: number;
}

const smallest = 0.15;
const largest = 2.5;
/** Below it nobody can read a card: a large graph begins at its left end instead. */
const readable = 0.6;
const margin = 24;

export function usePanZoom(frame: RefObject<SVGSVGElement>, bounds: Bounds) {
  const [view, setView] = useState<View>({ x: margin, y: margin, scale: 1 });
  // Once a person has moved the drawing, it stays where they put it.
  const touched = useRef(false);
  const drag = useRef<{ x: number; y: number; view: View }>();

  const fit = useCallback((least = smallest) => {
    const element = frame.current;
    if (!element || bounds.width === 0) return;
    touched.current = false;
    const { width, height } = element.getBoundingClientRect();
    if (width === 0 || height === 0) return;
    const scale = Math.min(1, (width - 2 * margin) / bounds.width, (height - 2 * margin) / bounds.height);
    const fitted = Math.max(least, scale);
    const middle = (room: number, size: number) => Math.max(margin, (room - size * fitted) / 2);
    setView({ x: middle(width, bounds.width), y: middle(height, bounds.height), scale: fitted });
  }, [frame, bounds.width, bounds.height]);

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    fit(readable);
    const observer = new ResizeObserver(() => {
      if (!touched.current) fit(readable);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [fit, frame]);

  const zoom = useCallback((by: number, at?: { x: number; y: number }) => {
    touched.current = true;
    const box = frame.current?.getBoundingClientRect();
    const point = at ?? { x: (box?.width ?? 0) / 2, y: (box?.height ?? 0) / 2 };
    setView((now) => {
      const scale = Math.min(largest, Math.max(smallest, now.scale * by));
      const ratio = scale / now.scale;
      return { scale, x: point.x - (point.x - now.x) * ratio, y: point.y - (point.y - now.y) * ratio };
    });
  }, [frame]);

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const wheeled = (event: WheelEvent) => {
      // Without a modifier the page scrolls: a graph must not trap the reader.
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = element.getBoundingClientRect();
      zoom(Math.exp(-event.deltaY * 0.002), { x: event.clientX - box.left, y: event.clientY - box.top });
    };
    element.addEventListener("wheel", wheeled, { passive: false });
    return () => element.removeEventListener("wheel", wheeled);
  }, [frame, zoom]);

  /** Moves just enough that this box is in view. */
  const reveal = useCallback((x: number, y: number, width: number, height: number) => {
    const box = frame.current?.getBoundingClientRect();
    if (!box) return;
    setView((now) => {
      const left = now.x + x * now.scale;
      const top = now.y + y * now.scale;
      const right = left + width * now.scale;
      const bottom = top + height * now.scale;
      const dx = left < margin ? margin - left : right > box.width - margin ? box.width - margin - right : 0;
      const dy = top < margin ? margin - top : bottom > box.height - margin ? box.height - margin - bottom : 0;
      return dx === 0 && dy === 0 ? now : { ...now, x: now.x + dx, y: now.y + dy };
    });
  }, [frame]);

  const dragging = {
    onPointerDown: (event: ReactPointerEvent<SVGSVGElement>) => {
      if (event.button !== 0 || (event.target as Element).closest("[data-node]")) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      drag.current = { x: event.clientX, y: event.clientY, view };
    },
    onPointerMove: (event: ReactPointerEvent<SVGSVGElement>) => {
      const start = drag.current;
      if (!start) return;
      touched.current = true;
      setView({ ...start.view, x: start.view.x + event.clientX - start.x, y: start.view.y + event.clientY - start.y });
    },
    onPointerUp: () => {
      drag.current = undefined;
    },
    onPointerCancel: () => {
      drag.current = undefined;
    },
  };
  return { view, fit, zoom, reveal, dragging };
}
