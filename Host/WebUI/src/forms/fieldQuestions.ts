// Asking a plugin for the choices of a field: while one types, and once for what a sign-in elsewhere came back with.
import { useCallback, useEffect, useRef, useState } from "react";
import { awaitReturn, stateOf } from "../app/signInReturn";
import { type ApiProblem, asProblem, type FieldChoices, send } from "../api";
import { useToast } from "../ui";
import { useForm } from "./context";
import { isObject } from "./schema";

export type Choice = FieldChoices["choices"][number];

/** Between the last key and the question: each one starts a worker. */
const pauseMilliseconds = 200;

interface State {
  asked?: FieldChoices;
  problem?: ApiProblem;
  busy: boolean;
}

function useAsk(pointer: string) {
  const { component, project, whole, parameterValues } = useForm();
  const body = (text: string) => ({ project, field: pointer, text, config: isObject(whole) ? whole : {}, parameters: parameterValues });
  const path = component && project !== undefined
    ? `/components/${encodeURIComponent(component.plugin)}/${encodeURIComponent(component.name)}/options`
    : undefined;
  return { path, body };
}

/** Asks again when what is typed or the rest of the form changes. What was found stays until there is something newer. */
export function useChoices(open: boolean, pointer: string, text: string): State {
  const { path, body } = useAsk(pointer);
  const [state, setState] = useState<State>({ busy: false });
  const question = open && path !== undefined ? JSON.stringify(body(text)) : null;
  useEffect(() => {
    if (question === null || path === undefined) return;
    const stop = new AbortController();
    setState((old) => ({ ...old, busy: true }));
    const timer = window.setTimeout(async () => {
      try {
        const { data } = await send<FieldChoices>("POST", path, { body: JSON.parse(question), signal: stop.signal });
        setState({ asked: data, busy: false });
      } catch (thrown) {
        if (!stop.signal.aborted) setState({ problem: asProblem(thrown), busy: false });
      }
    }, pauseMilliseconds);
    return () => {
      window.clearTimeout(timer);
      stop.abort();
    };
  }, [question, path]);
  return state;
}

export interface SignIn {
  busy: boolean;
  problem?: ApiProblem;
  /** Opens the page of a choice, and waits for what it comes back with. */
  open: (link: string) => void;
  /** The person goes on without it. */
  drop: () => void;
}

/** `onAnswer` gets the choices for the address that the page came back with. What is in it works once, so that it is asked
 *  once, whatever else happens to the form meanwhile. */
export function useSignIn(pointer: string, onAnswer: (choices: Choice[]) => void): SignIn {
  const toast = useToast();
  const { path, body } = useAsk(pointer);
  const [away, setAway] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem>();
  const latest = useRef({ path, body, onAnswer });
  latest.current = { path, body, onAnswer };
  // Raised when the person goes on without it; -1 once the field is gone.
  const turn = useRef(0);
  useEffect(() => {
    turn.current = 0;
    return () => void (turn.current = -1);
  }, []);

  const exchange = useCallback(async (address: string) => {
    const { path, body } = latest.current;
    setAway(undefined);
    if (path === undefined) return;
    const mine = turn.current;
    setBusy(true);
    try {
      const { data } = await send<FieldChoices>("POST", path, { body: body(address) });
      if (mine === turn.current) latest.current.onAnswer(data.choices);
      else if (turn.current < 0) toast.show("The field that wanted the sign-in was closed before it was finished: sign in there again.");
    } catch (thrown) {
      if (mine === turn.current) setProblem(asProblem(thrown));
    }
    setBusy(false);
  }, [toast]);
  useEffect(() => away === undefined ? undefined : awaitReturn(away, (address) => void exchange(address)), [away, exchange]);

  return {
    busy, problem,
    open: (link) => {
      setProblem(undefined);
      setAway(stateOf(link));
      window.open(link, "_blank", "noopener,noreferrer");
    },
    drop: () => {
      turn.current += 1;
      setBusy(false);
      setProblem(undefined);
    },
  };
}
