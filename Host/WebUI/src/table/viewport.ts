// Which rows a scrolled table shows, and where. Beyond what a browser can scroll in pixels, the scroll bar is a scale.
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** Browsers give up between 17 and 33 million pixels. */
const tallestPixels = 12_000_000;
const spareRows = 8;

export interface Viewport {
  first: number;
  /** One past the last row to draw. */
  last: number;
  /** Height of the whole body. */
  height: number;
  /** Distance of a row from the top of the body. */
  top: (index: number) => number;
  /** Whole rows that fit. */
  page: number;
  reveal: (index: number) => void;
}

export function useViewport(
  box: RefObject<HTMLElement>, count: number, rowHeight: number, headerHeight: number
): Viewport {
  // `offset` is in row pixels, `scroll` in the browser's; they differ in a body that is too tall.
  const [{ offset, scroll, size }, setView] = useState({ offset: 0, scroll: 0, size: 400 });
  const full = count * rowHeight;
  const height = Math.min(full, tallestPixels);
  const room = Math.max(0, size - headerHeight);
  const scale = full > height ? (full - room) / Math.max(1, height - room) : 1;
  const geometry = useRef({ scale, full, room, ownScroll: -1, offset });
  Object.assign(geometry.current, { scale, full, room, offset });

  const moveTo = useCallback((wanted: number) => {
    const element = box.current;
    if (!element) return;
    const now = geometry.current;
    const target = Math.max(0, Math.min(now.full - now.room, wanted));
    element.scrollTop = target / now.scale;
    now.ownScroll = element.scrollTop;
    setView((view) => ({ ...view, offset: now.scale === 1 ? element.scrollTop : target, scroll: element.scrollTop }));
  }, [box]);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setView((view) => ({ ...view, size: element.clientHeight }));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const scrolled = () => {
      const at = element.scrollTop;
      const now = geometry.current;
      // Our own move already said where it goes, more finely than the scroll bar can.
      if (now.scale > 1 && Math.abs(at - now.ownScroll) < 1) return;
      now.ownScroll = -1;
      setView((view) => (view.scroll === at ? view : { ...view, offset: at * now.scale, scroll: at }));
    };
    const wheeled = (event: WheelEvent) => {
      if (geometry.current.scale === 1 || event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
      event.preventDefault();
      const pixels = event.deltaMode === 1 ? event.deltaY * rowHeight : event.deltaY;
      moveTo(geometry.current.offset + pixels);
    };
    element.addEventListener("scroll", scrolled, { passive: true });
    element.addEventListener("wheel", wheeled, { passive: false });
    return () => {
      element.removeEventListener("scroll", scrolled);
      element.removeEventListener("wheel", wheeled);
    };
  }, [box, rowHeight, moveTo]);

  const reveal = useCallback((index: number) => {
    const now = geometry.current;
    const top = index * rowHeight;
    if (top < now.offset) moveTo(top);
    else if (top + rowHeight > now.offset + now.room) moveTo(top + rowHeight - now.room);
  }, [rowHeight, moveTo]);

  const first = Math.max(0, Math.min(count, Math.floor(offset / rowHeight)) - spareRows);
  const last = Math.min(count, Math.ceil((offset + size) / rowHeight) + spareRows);
  return {
    first, last, height, reveal,
    top: (index) => (scale === 1 ? index * rowHeight : scroll + index * rowHeight - offset),
    page: Math.max(1, Math.floor(room / rowHeight)),
  };
}
