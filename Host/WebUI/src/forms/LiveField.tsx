// A field whose choices the plugin is asked for while one types. Anything else may be typed too. A choice may also be a page to
// open, such as a sign-in.
import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { awaitReturn, stateOf } from "../app/signInReturn";
import { type ApiProblem, asProblem, type FieldChoices, send } from "../api";
import { Icon, ProblemView, TextField } from "../ui";
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
  // A sign-in that this field has opened, and the address that it came back with.
  const [away, setAway] = useState<string>();
  const [returned, setReturned] = useState<string>();
  const { asked, problem, busy } = useChoices(open, pointer, returned ?? text);
  const choices = asked?.choices ?? [];
  const chosen = choices[at];
  const isText = typesOf(schema).includes("string");
  const [taken, setTaken] = useState<Choice>();
  useEffect(() => setAt(-1), [asked]);
  useEffect(() => away === undefined ? undefined : awaitReturn(away, (address) => {
    setAway(undefined);
    setReturned(address);
    setOpen(true);
  }), [away]);

  const take = (choice: Choice) => {
    if (choice.link !== undefined) {
      // The field stays open for what the person brings back from there.
      if (!isPage(choice.link)) return;
      setAway(stateOf(choice.link));
      window.open(choice.link, "_blank", "noopener,noreferrer");
      return;
    }
    setReturned(undefined);
    setTaken(choice);
    const word = wordOf(choice.value);
    onChange(isText ? word : choice.value, pointer);
    // What ends with a slash is a place to go on from.
    setOpen(word.endsWith("/"));
  };
  // What the person went away for is taken as it comes.
  const only = returned !== undefined && asked?.text === returned && choices.length === 1 ? choices[0] : undefined;
  useEffect(() => {
    if (only && only.link === undefined) take(only);
    // Once for each answer.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [only]);
  // After a sign-in that failed the field begins anew, once the person has seen why.
  const forget = () => problem && setReturned(undefined);
  const onKeyDown = (event: KeyboardEvent) => {
    forget();
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
    <div className="sf-live" onClick={forget} onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setOpen(false)}>
      <TextField
        label={titleOf(name, schema)} hideLabel={hideLabel} required={required} error={error} help={schema.description as string | undefined}
        mono={schema["x-widget"] === "path" || text.includes("/")} placeholder={placeholder} value={text}
        role="combobox" aria-autocomplete="list" aria-expanded={shown} aria-controls={shown && choices.length > 0 ? list : undefined}
        aria-activedescendant={shown && chosen ? `${list}-${at}` : undefined}
        onFocus={() => setOpen(true)} onKeyDown={onKeyDown}
        onChange={(next) => {
          setOpen(true);
          setReturned(undefined);
          onChange(next === "" && !(required && hideLabel) ? undefined : next, pointer);
        }}
      />
      {taken?.title && isOpaque(taken) && wordOf(taken.value) === text && <p className="sf-live-taken"><Icon name="tick" />{taken.title}</p>}
      {shown && (
        // The field keeps the focus while one points at a choice.
        <div className="sf-live-panel" tabIndex={-1} onMouseDown={(event) => event.preventDefault()}>
          {choices.length > 0 && (
            <ul id={list} role="listbox" aria-label={"Choices for " + titleOf(name, schema)}>
              {choices.map((choice, index) => (
                <li key={index} id={`${list}-${index}`} role="option" aria-selected={index === at} ref={index === at ? intoView : undefined} onClick={() => take(choice)}>
                  <ChoiceWords choice={choice} />
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

function ChoiceWords({ choice }: { choice: Choice }) {
  const { link, title, help } = choice;
  const word = link ?? wordOf(choice.value);
  return (
    <>
      {link !== undefined || (title && isOpaque(choice)) ? (
        <span className="sf-live-main">
          {title ?? word}
          {link !== undefined && <><Icon name="external" /><span className="sf-live-title">{hostOf(link)}, in a new window</span></>}
        </span>
      ) : (
        <>
          <span className="sf-live-value">{word}</span>
          {title && <span className="sf-live-title">{title}</span>}
        </>
      )}
      {help && <span className="sf-live-help">{help}</span>}
    </>
  );
}

/** A value that nobody reads, such as a sealed sign-in: its title is shown in its place. */
const isOpaque = (choice: Choice) => wordOf(choice.value).length > 80;

const isPage = (address: string) => /^https?:\/\//i.test(address);

function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return address;
  }
}

function noteOf(busy: boolean, problem: ApiProblem | undefined, asked: FieldChoices | undefined): string {
  if (busy) return "Asking the plugin…";
  if (problem) return "The field takes what you type.";
  if (!asked || asked.choices.length === 0) return "The plugin has no choices for this; the field takes what you type.";
  return asked.more ? `The first ${asked.choices.length}; type more to see others.` : `${asked.choices.length} ${asked.choices.length === 1 ? "choice" : "choices"} from the plugin.`;
}

const intoView = (element: HTMLElement | null) => element?.scrollIntoView({ block: "nearest" });

interface State {
  /** With what was typed when it was asked. */
  asked?: FieldChoices & { text: string };
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
        setState({ asked: { ...data, text }, busy: false });
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
