// Asks for more once the end of a list comes into view.
import { useEffect, useRef, type RefObject } from "react";

interface More {
  hasMore: boolean;
  loadingMore: boolean;
  more: () => void;
}

/** Put the answer as `ref` on an element after the last row. */
export function useInfinite(list: More): RefObject<HTMLDivElement> {
  const end = useRef<HTMLDivElement>(null);
  const latest = useRef(list);
  latest.current = list;
  useEffect(() => {
    const element = end.current;
    if (!element || !list.hasMore) return;
    const watcher = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting) && !latest.current.loadingMore) latest.current.more();
      },
      { rootMargin: "300px" },
    );
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [list.hasMore, list.loadingMore]);
  return end;
}
