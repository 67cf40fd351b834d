// The conversation with one or two models at once: asks, shows what comes, and stops.
import { useCallback, useEffect, useRef, useState } from "react";
import { asProblem } from "../../api";
import { streamed } from "../../api/stream";
import { type Answer, beginning, withEvents } from "./answer";
import { requestOf, type Settings } from "./question";

export interface Turn {
  prompt: string;
  /** Whom it went to, as chosen then; answers stand in the same order. */
  names: string[];
  answers: Answer[];
}

/** Many events come within one frame; drawing each would cost more than it shows. */
const drawEvery = 40;

export function usePlay() {
  const [turns, setTurns] = useState<Turn[]>([]);
  const running = useRef<AbortController>();
  useEffect(() => () => running.current?.abort(), []);

  const ask = useCallback(async (project: string, models: { name: string; model: unknown }[], settings: Settings, prompt: string) => {
    running.current?.abort();
    const stop = new AbortController();
    running.current = stop;
    const at = turns.length;
    setTurns([...turns, { prompt, names: models.map(({ name }) => name), answers: models.map(() => beginning) }]);
    const change = (side: number, next: (answer: Answer) => Answer) => setTurns((before) => before.map((turn, index) =>
      index === at ? { ...turn, answers: turn.answers.map((answer, here) => (here === side ? next(answer) : answer)) } : turn));
    await Promise.all(models.map(async ({ model }, side) => {
      const earlier = turns.map((turn) => ({ prompt: turn.prompt, answer: turn.answers[side]?.text }));
      let waiting: unknown[] = [];
      let timer: number | undefined;
      const draw = () => {
        window.clearTimeout(timer);
        timer = undefined;
        const events = waiting;
        waiting = [];
        if (events.length > 0) change(side, (answer) => withEvents(answer, events));
      };
      try {
        await streamed(`/projects/${encodeURIComponent(project)}/playground`, { model, request: requestOf(settings, earlier, prompt) }, (event) => {
          waiting.push(event);
          timer ??= window.setTimeout(draw, drawEvery);
        }, stop.signal);
        draw();
        change(side, (answer) => (answer.state === "running" ? { ...answer, state: "stopped" } : answer));
      } catch (thrown) {
        draw();
        change(side, (answer) => stop.signal.aborted
          ? { ...answer, state: "stopped" } : { ...answer, state: "failed", problems: [...answer.problems, asProblem(thrown)] });
      }
    }));
  }, [turns]);

  const stop = useCallback(() => running.current?.abort(), []);
  const clear = useCallback(() => {
    running.current?.abort();
    setTurns([]);
  }, []);
  const busy = turns[turns.length - 1]?.answers.some((answer) => answer.state === "running") ?? false;
  return { turns, busy, ask, stop, clear };
}
