// A list: plain texts as lines of their own, anything else as numbered entries; both can be moved.
import { Button, IconButton } from "../ui";
import { useForm } from "./context";
import { ColumnsField } from "./ColumnsField";
import { FieldError, FieldView, type FieldViewProps } from "./FieldView";
import { beginning, choicesOf, isObject, pointerTo, resolved, type Schema, titleOf, typesOf, wordOf } from "./schema";
import { shownSchema } from "./validation";

export function ListField(props: FieldViewProps) {
  const { name, schema, value, pointer, onChange, required } = props;
  const { root, columns } = useForm();
  const rule = resolved(isObject(schema.items) ? (schema.items as Schema) : {}, root);
  const items = Array.isArray(value) ? value : [];
  if (schema["x-widget"] === "columns" && columns) return <ColumnsField {...props} />;
  const choices = choicesOf(rule);
  if (choices && schema.uniqueItems) return <ChoiceList {...props} choices={choices} />;
  const set = (next: unknown[], at: string) => onChange(next.length === 0 && !required ? undefined : next, at);
  const move = (from: number, to: number) => {
    const copy = [...items];
    copy.splice(to, 0, ...copy.splice(from, 1));
    set(copy, pointer);
  };
  const full = typeof schema.maxItems === "number" && items.length >= schema.maxItems;
  const fallback = Array.isArray(schema.default) && value === undefined ? schema.default : null;
  const big = !["string", "number", "integer", "boolean"].includes(typesOf(rule)[0] ?? "");
  return (
    <fieldset className={"sf-group sf-list" + (big ? " sf-nested" : "")}>
      <legend>{titleOf(name, schema)}{required && <span aria-hidden="true"> *</span>}</legend>
      {schema.description && <p className="sf-help">{schema.description}</p>}
      {fallback && <p className="sf-help">Default: {fallback.length === 0 ? "none" : fallback.map(wordOf).join(", ")}</p>}
      <FieldError pointer={pointer} />
      {items.map((item, at) => (
        <div key={at} className="sf-item">
          <span className="sf-number">{at + 1}</span>
          <FieldView name={String(at + 1)} schema={{ ...shownSchema(rule, root, item), title: entryTitle(item, at, titleOf(name, schema)) }} value={item} required pointer={pointerTo(pointer, at)} hideLabel={!big}
            onChange={(next, where) => set(items.map((old, other) => (other === at ? next ?? "" : old)), where)} />
          <span className="sf-tools">
            <IconButton icon="arrow-up" label={`Move entry ${at + 1} up`} size="small" reason={at === 0 ? "It is the first." : undefined} onClick={() => move(at, at - 1)} />
            <IconButton icon="arrow-down" label={`Move entry ${at + 1} down`} size="small" reason={at === items.length - 1 ? "It is the last." : undefined} onClick={() => move(at, at + 1)} />
            <IconButton icon="trash" label={`Remove entry ${at + 1}`} size="small" onClick={() => set(items.filter((_, other) => other !== at), pointer)} />
          </span>
        </div>
      ))}
      <Button size="small" icon="plus" reason={full ? `At most ${schema.maxItems} entries.` : undefined} onClick={() => set([...items, beginning(rule, root)], pointer)}>
        Add
      </Button>
    </fieldset>
  );
}

function entryTitle(item: unknown, at: number, list: string): string {
  if (isObject(item)) {
    const word = Object.values(item).find((value) => typeof value === "string" && value !== "");
    if (typeof word === "string") return word;
  }
  return `${list}, entry ${at + 1}`;
}

function ChoiceList({ name, schema, value, pointer, onChange, required, choices }: FieldViewProps & { choices: { value: unknown; label: string }[] }) {
  const items = Array.isArray(value) ? value : [];
  return (
    <fieldset className="sf-group sf-list">
      <legend>{titleOf(name, schema)}{required && <span aria-hidden="true"> *</span>}</legend>
      {schema.description && <p className="sf-help">{schema.description}</p>}
      <FieldError pointer={pointer} />
      {choices.map((choice) => (
        <label key={choice.label} className="sf-check">
          <input type="checkbox" checked={items.includes(choice.value)} onChange={(event) => {
            const next = event.target.checked ? [...items, choice.value] : items.filter((item) => item !== choice.value);
            onChange(next.length === 0 && !required ? undefined : next, pointer);
          }} />
          {choice.label}
        </label>
      ))}
    </fieldset>
  );
}
