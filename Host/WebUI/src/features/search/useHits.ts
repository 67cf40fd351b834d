// Asks the host after a short rest in typing; an older answer never replaces a newer one.
import { useEffect, useRef, useState } from "react";
import { asProblem, get } from "../../api/client";
import type { Connections, Evaluations, Models, SearchHits } from "../../api/types";
import { type Hit, hitsIn, type Lists } from "./hits";

interface State {
  hits: Hit[];
  busy: boolean;
  /** What could not be searched, and why; what the other lists found is shown all the same. */
  failed: string | null;
}

/** Evaluations are looked through from the newest; older ones are found from their model's or run's page. */
const newestEvaluations = 200;

const nothing: State = { hits: [], busy: false, failed: null };

export function useHits(text: string): State {
  const [state, setState] = useState<State>(nothing);
  // These lists cannot be asked for a text, so one answer serves all that is typed while the palette is open.
  const evaluations = useRef(once(() => get<Evaluations>("/evaluations", { limit: newestEvaluations }))).current;
  const connections = useRef(once(() => get<Connections>("/connections"))).current;
  useEffect(() => {
    if (!text) {
      setState(nothing);
      return;
    }
    setState((old) => ({ ...old, busy: true }));
    const stop = new AbortController();
    const timer = window.setTimeout(() => {
      void gathered(text, {
        found: get<SearchHits>("/search", { q: text.slice(0, 200), limit: 20 }, stop.signal),
        models: get<Models>("/models", { q: text.slice(0, 200), limit: 20 }, stop.signal),
        evaluations: evaluations(),
        connections: connections(),
      }).then((answer) => {
        if (!stop.signal.aborted) setState(answer);
      });
    }, 120);
    return () => {
      window.clearTimeout(timer);
      stop.abort();
    };
  }, [text, evaluations, connections]);
  return state;
}

type Questions = { [Name in keyof Lists]-?: Promise<{ items: NonNullable<Lists[Name]> }> };

export async function gathered(text: string, questions: Questions): Promise<State> {
  const lists: Lists = {};
  let failed: string | null = null;
  const read = async <Name extends keyof Lists>(name: Name) => {
    try {
      lists[name] = (await questions[name]).items as Lists[Name];
    } catch (thrown) {
      failed ??= asProblem(thrown).detail;
    }
  };
  await Promise.all((Object.keys(questions) as (keyof Lists)[]).map(read));
  return { hits: hitsIn(lists, text), busy: false, failed };
}

/** Asks when first needed, and again only after a failure. */
export function once<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let answer: Promise<Answer> | undefined;
  return () => {
    answer ??= ask().catch((thrown) => {
      answer = undefined;
      throw thrown;
    });
    return answer;
  };
}
