// A field whose choices the plugin is asked for while one types. Anything else may be typed too.
import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { type ApiProblem, asProblem, type FieldChoices, send } from "../api";
import { ProblemView, TextField } from "../ui";
import { useFieldProblem, useForm } from "./context";
import type { FieldViewProps } from "./FieldView";
import { isObject, titleOf, typesOf, wordOf } from "./schema";

type Choice = FieldChoices["choices"][number];

/** Between the last key and the question: each one starts a worker. */
const pauseMilliseconds = 200;

interface Props extends FieldViewProps {
  text: string;
  placeholder?: string;
}

export function LiveField({ name, schema, required, pointer, onChange, hideLabel, text, placeholder }: Props) {
  const error = useFieldProblem(pointer);
  const list = useId();
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const { asked, problem, busy } = useChoices(open, pointer, text);
  const choices = asked?.choices ?? [];
  const chosen = choices[at];
  const isText = typesOf(schema).includes("string");
  useEffect(() => setAt(-1), [asked]);

  const take = (choice: Choice) => {
    const word = wordOf(choice.value);
    onChange(isText ? word : choice.value, pointer);
    // What ends with a slash is a place to go on from.
    setOpen(word.endsWith("/"));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return setOpen(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (choices.length > 0) setAt((at + step + choices.length + (at < 0 && step < 0 ? 1 : 0)) % choices.length);
    } else if (event.key === "Enter" && open && chosen) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  };
  const shown = open && (busy || problem !== undefined || asked !== undefined);
  return (
    <div className="sf-live" onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setOpen(false)}>
      <TextField
        label={titleOf(name, schema)} hideLabel={hideLabel} required={required} error={error} help={schema.description as string | undefined}
        mono={schema["x-widget"] === "path" || text.includes("/")} placeholder={placeholder} value={text}
        role="combobox" aria-autocomplete="list" aria-expanded={shown} aria-controls={shown && choices.length > 0 ? list : undefined}
        aria-activedescendant={shown && chosen ? `${list}-${at}` : undefined}
        onFocus={() => setOpen(true)} onKeyDown={onKeyDown}
        onChange={(next) => {
          setOpen(true);
          onChange(next === "" && !(required && hideLabel) ? undefined : next, pointer);
        }}
      />
      {shown && (
        // The field keeps the focus while one points at a choice.
        <div className="sf-live-panel" tabIndex={-1} onMouseDown={(event) => event.preventDefault()}>
          {choices.length > 0 && (
            <ul id={list} role="listbox" aria-label={"Choices for " + titleOf(name, schema)}>
              {choices.map((choice, index) => (
                <li key={index} id={`${list}-${index}`} role="option" aria-selected={index === at} ref={index === at ? intoView : undefined} onClick={() => take(choice)}>
                  <span className="sf-live-value">{wordOf(choice.value)}</span>
                  {choice.title && <span className="sf-live-title">{choice.title}</span>}
                  {choice.help && <span className="sf-live-help">{choice.help}</span>}
                </li>
              ))}
            </ul>
          )}
          {problem && <ProblemView problem={problem} compact />}
          <p className="sf-live-note" role="status">{noteOf(busy, problem, asked)}</p>
        </div>
      )}
    </div>
  );
}

function noteOf(busy: boolean, problem: ApiProblem | undefined, asked: FieldChoices | undefined): string {
  if (busy) return "Asking the plugin…";
  if (problem) return "The field takes what you type.";
  if (!asked || asked.choices.length === 0) return "The plugin has no choices for this; the field takes what you type.";
  return asked.more ? `The first ${asked.choices.length}; type more to see others.` : `${asked.choices.length} ${asked.choices.length === 1 ? "choice" : "choices"} from the plugin.`;
}

const intoView = (element: HTMLElement | null) => element?.scrollIntoView({ block: "nearest" });

interface State {
  asked?: FieldChoices;
  problem?: ApiProblem;
  busy: boolean;
}

/** Asks again when what is typed or the rest of the form changes. What was found stays until there is something newer. */
function useChoices(open: boolean, pointer: string, text: string): State {
  const { component, project, whole, parameterValues } = useForm();
  const [state, setState] = useState<State>({ busy: false });
  const mayAsk = open && component !== undefined && project !== undefined;
  const question = mayAsk
    ? JSON.stringify({ project, field: pointer, text, config: isObject(whole) ? whole : {}, parameters: parameterValues })
    : null;
  useEffect(() => {
    if (question === null || !component) return;
    const stop = new AbortController();
    setState((old) => ({ ...old, busy: true }));
    const timer = window.setTimeout(async () => {
      try {
        const path = `/components/${encodeURIComponent(component.plugin)}/${encodeURIComponent(component.name)}/options`;
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
  }, [question, component?.plugin, component?.name]);
  return state;
}
