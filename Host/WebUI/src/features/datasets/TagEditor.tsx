// Tags of a dataset, edited in place. The edit names what it was based on: a change by another person is shown, not lost.
import { type KeyboardEvent, useId, useRef, useState } from "react";
import { asProblem, type Dataset, invalidate, send } from "../../api";
import { useSession } from "../../app/session";
import { Badge, Icon, IconButton, useToast } from "../../ui";
import { datasetPath } from "./paths";

interface Props {
  dataset: string;
  project: string;
  tags: string[];
  /** Of other datasets, as choices. */
  known: string[];
  onSaved?: (dataset: Dataset, etag: string | null) => void;
  onPick?: (tag: string) => void;
}

const tagForm = /^[A-Za-z0-9][A-Za-z0-9 ._:/-]{0,63}$/;

export function TagEditor({ dataset, project, tags, known, onSaved, onPick }: Props) {
  const { why } = useSession();
  const toast = useToast();
  const [adding, setAdding] = useState(false);
  const [text, setText] = useState("");
  const [pending, setPending] = useState<string[]>();
  const choices = useId();
  const button = useRef<HTMLButtonElement>(null);
  const shown = pending ?? tags;
  const reason = why("editor", project);

  const save = async (change: (tags: string[]) => string[]) => {
    setPending(change(tags));
    try {
      // The newest tags, so that a tag which another person added meanwhile stays.
      const before = await send<Dataset>("GET", datasetPath(dataset));
      const body = { tags: change(before.data.tags) };
      const after = await send<Dataset>("PATCH", datasetPath(dataset), { body, ifMatch: before.etag });
      onSaved?.(after.data, after.etag);
      invalidate("/datasets");
    } catch (thrown) {
      const problem = asProblem(thrown);
      toast.problem(problem);
    }
    setPending(undefined);
  };
  const close = () => {
    setAdding(false);
    setText("");
    window.setTimeout(() => button.current?.focus());
  };
  const add = () => {
    const tag = text.trim();
    if (tag === "") return close();
    if (!tagForm.test(tag)) {
      toast.show({ tone: "error", text: "A tag has letters, digits, spaces and . _ : / -, 64 at most." });
      return;
    }
    setText("");
    if (!shown.includes(tag)) void save((old) => (old.includes(tag) ? old : [...old, tag]));
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Enter") add();
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <span className="dataset-tags">
      {shown.map((tag) => (
        <span key={tag} className="dataset-tag">
          {onPick
            ? <button type="button" className="dataset-tag-pick" onClick={() => onPick(tag)}>{tag}</button>
            : <Badge>{tag}</Badge>}
          {!reason && (
            <button
              type="button"
              className="dataset-tag-remove"
              aria-label={`Remove the tag ${tag}`}
              onClick={() => void save((old) => old.filter((other) => other !== tag))}
            >
              <Icon name="close" size={12} />
            </button>
          )}
        </span>
      ))}
      {adding
        ? (
          <>
            <input
              className="dataset-tag-input"
              aria-label={`New tag of ${dataset}`}
              list={choices}
              value={text}
              autoFocus
              onChange={(event) => setText(event.target.value)}
              onKeyDown={pressed}
              onBlur={() => text.trim() === "" && setAdding(false)}
            />
            <datalist id={choices}>
              {known.filter((tag) => !shown.includes(tag)).map((tag) => <option key={tag} value={tag} />)}
            </datalist>
          </>
        )
        : (
          <IconButton
            ref={button}
            icon="plus"
            size="small"
            label={`Add a tag to ${dataset}`}
            reason={reason}
            onClick={() => setAdding(true)}
          />
        )}
    </span>
  );
}
