// The whole text of the active cell, shown below it while the cell is too narrow for it.
import { useLayoutEffect, useState } from "react";

interface Place {
  text: string;
  left: number;
  top: number;
  width: number;
}

/** `cell` is the id of the active cell, or undefined while nothing is to be shown. `moment` changes when things move. */
export function FullText({ cell, moment }: { cell: string | undefined; moment: unknown }) {
  const [place, setPlace] = useState<Place>();
  useLayoutEffect(() => {
    const element = cell === undefined ? null : document.getElementById(cell);
    if (!element || element.scrollWidth <= element.clientWidth + 1) {
      setPlace(undefined);
      return;
    }
    const box = element.getBoundingClientRect();
    const width = Math.min(Math.max(320, box.width), window.innerWidth - 16);
    const below = window.innerHeight - box.bottom > 120;
    setPlace({
      text: element.textContent ?? "",
      left: Math.max(8, Math.min(box.left, window.innerWidth - width - 8)),
      top: below ? box.bottom + 2 : Math.max(8, box.top - 122),
      width,
    });
  }, [cell, moment]);
  if (!place) return null;
  return (
    // A reader hears the cell itself, which holds the same text.
    <div
      aria-hidden="true"
      className="table-full"
      style={{ left: place.left, top: place.top, maxWidth: place.width }}
    >
      {place.text}
    </div>
  );
}
