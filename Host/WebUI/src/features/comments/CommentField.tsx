// The field of a comment; after @ it offers the members of the project.
import { useId, useRef, useState, type KeyboardEvent } from "react";
import { Avatar } from "../../ui";
import { fitting, mentionAt, take, type Mention, type Name } from "./mentions";

interface CommentFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  onSubmit: () => void;
  names: Name[];
  disabled?: boolean;
  autoFocus?: boolean;
}

export function CommentField({ label, value, onChange, onSubmit, names, disabled, autoFocus }: CommentFieldProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const [mention, setMention] = useState<Mention | null>(null);
  const [chosen, setChosen] = useState(0);
  const offers = mention ? fitting(names, mention.text) : [];
  const at = Math.min(chosen, offers.length - 1);

  const look = () => {
    const element = area.current;
    setMention(element ? mentionAt(element.value, element.selectionStart) : null);
  };
  const accept = (name: string) => {
    if (!mention) return;
    const next = take(value, mention, name);
    onChange(next.text);
    setMention(null);
    window.requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(next.caret, next.caret);
    });
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      return onSubmit();
    }
    if (offers.length === 0) return;
    if (event.key === "ArrowDown") setChosen((at + 1) % offers.length);
    else if (event.key === "ArrowUp") setChosen((at - 1 + offers.length) % offers.length);
    else if (event.key === "Enter" || event.key === "Tab") accept(offers[at].name);
    else if (event.key === "Escape") setMention(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="comments-field">
      <textarea
        ref={area}
        className="ui-input ui-area"
        rows={3}
        maxLength={10000}
        aria-label={label}
        aria-autocomplete="list"
        aria-controls={offers.length > 0 ? id : undefined}
        aria-activedescendant={offers.length > 0 ? id + at : undefined}
        placeholder="Write a comment"
        autoFocus={autoFocus}
        disabled={disabled}
        value={value}
        onChange={(event) => {
          onChange(event.target.value);
          setChosen(0);
          setMention(mentionAt(event.target.value, event.target.selectionStart));
        }}
        onKeyDown={press}
        onClick={look}
        onBlur={() => setMention(null)}
      />
      {offers.length > 0 && (
        <ul className="comments-offers" role="listbox" id={id} aria-label="People">
          {offers.map((offer, index) => (
            <li
              key={offer.name}
              id={id + index}
              role="option"
              aria-selected={index === at}
              onMouseDown={(event) => {
                event.preventDefault();
                accept(offer.name);
              }}
            >
              <Avatar name={offer.title || offer.name} size={18} />
              {offer.title || offer.name}
              <span className="ui-help">@{offer.name}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
