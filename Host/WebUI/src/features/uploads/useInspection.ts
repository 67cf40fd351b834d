// What the host sees in an upload with the reading options that are set: format, columns, first rows.
import { useEffect, useRef, useState } from "react";
import { type ApiProblem, asProblem, type Inspection, send } from "../../api";

export interface Seen {
  inspection?: Inspection;
  problem?: ApiProblem;
  reading: boolean;
  again: () => void;
}

/** After the last change of an option. */
const settleMilliseconds = 400;

export function useInspection(upload: string, options: Record<string, unknown>): Seen {
  const [seen, setSeen] = useState<{ inspection?: Inspection; problem?: ApiProblem }>({});
  const [reading, setReading] = useState(true);
  const [turn, setTurn] = useState(0);
  const first = useRef(true);
  const key = JSON.stringify(options);
  useEffect(() => {
    const abort = new AbortController();
    setReading(true);
    const read = () =>
      send<Inspection>("POST", `/uploads/${upload}/inspect`, { body: { options: JSON.parse(key) }, signal: abort.signal })
        .then(({ data }) => setSeen({ inspection: data }))
        // The last good preview stays while a value is being corrected.
        .catch((thrown) => !abort.signal.aborted && setSeen((old) => ({ ...old, problem: asProblem(thrown) })))
        .then(() => !abort.signal.aborted && setReading(false));
    const timer = window.setTimeout(read, first.current ? 0 : settleMilliseconds);
    first.current = false;
    return () => {
      window.clearTimeout(timer);
      abort.abort();
    };
  }, [upload, key, turn]);
  return { ...seen, reading, again: () => setTurn((count) => count + 1) };
}
