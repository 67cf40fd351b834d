// A field whose choices the plugin is asked for while one types. Anything else may be typed too. A choice may also be a page to
// open, such as a sign-in.
import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { type ApiProblem, type FieldChoices } from "../api";
import { Icon, ProblemView, TextField } from "../ui";
import { useFieldProblem } from "./context";
import { type Choice, useChoices, useSignIn } from "./fieldQuestions";
import type { FieldViewProps } from "./FieldView";
import { titleOf, typesOf, wordOf } from "./schema";

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
  // What a sign-in came back with, where that is not one thing.
  const [offered, setOffered] = useState<Choice[]>();
  const choices = offered ?? asked?.choices ?? [];
  const chosen = choices[at];
  const isText = typesOf(schema).includes("string");
  const [taken, setTaken] = useState<Choice>();
  useEffect(() => setAt(-1), [asked]);

  const fill = (choice: Choice) => {
    signIn.drop();
    setOffered(undefined);
    setTaken(choice);
    const word = wordOf(choice.value);
    onChange(isText ? word : choice.value, pointer);
    // What ends with a slash is a place to go on from.
    setOpen(word.endsWith("/"));
  };
  const signIn = useSignIn(pointer, (found) => {
    // What the person went away for; several are for them to choose from.
    if (found.length === 1 && found[0].link === undefined) return fill(found[0]);
    setOffered(found);
    setOpen(true);
  });
  const take = (choice: Choice) => {
    if (choice.link === undefined) return fill(choice);
    if (isPage(choice.link)) signIn.open(choice.link);
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
          signIn.drop();
          setOffered(undefined);
          onChange(next === "" && !(required && hideLabel) ? undefined : next, pointer);
        }}
      />
      <div role="status">
        {signIn.busy && <p className="sf-help">Finishing the sign-in…</p>}
        {taken?.title && isOpaque(taken) && wordOf(taken.value) === text && <p className="sf-live-taken"><Icon name="tick" />{taken.title}</p>}
      </div>
      {signIn.problem && <ProblemView problem={signIn.problem} compact />}
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

/** A value that nobody reads, such as a sealed sign-in: a word, a colon, and a long code. Its title is shown in its place. */
export const isOpaque = (choice: Choice) => /^[a-z]+:[\w%.~-]{40,}\/?$/.test(wordOf(choice.value));

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
