// Columns that reach the node, as chips in the order of the choice; others can be typed.
import { useId, useState } from "react";
import { IconButton, TextField } from "../ui";
import { useForm } from "./context";
import { FieldError, type FieldViewProps } from "./FieldView";
import { titleOf } from "./schema";

export function ColumnsField({ name, schema, value, pointer, onChange, required }: FieldViewProps) {
  const { columns = [] } = useForm();
  const list = useId();
  const [text, setText] = useState("");
  const chosen = (Array.isArray(value) ? value : []).map(String);
  const set = (next: string[]) => onChange(next.length === 0 && !required ? undefined : next, pointer);
  const add = (column: string) => {
    if (column !== "" && !chosen.includes(column)) set([...chosen, column]);
    setText("");
  };
  const free = columns.filter((column) => !chosen.includes(column.name));
  return (
    <fieldset className="sf-group sf-list">
      <legend>{titleOf(name, schema)}{required && <span aria-hidden="true"> *</span>}</legend>
      {schema.description && <p className="sf-help">{schema.description}</p>}
      <FieldError pointer={pointer} />
      <div className="sf-columns">
        {chosen.map((column) => (
          <span key={column} className={"sf-column" + (columns.length > 0 && !columns.some((known) => known.name === column) ? " sf-unknown" : "")}>
            {column}
            <IconButton icon="close" label={"Remove " + column} size="small" onClick={() => set(chosen.filter((other) => other !== column))} />
          </span>
        ))}
      </div>
      <datalist id={list}>{free.map((column) => <option key={column.name} value={column.name}>{column.type}</option>)}</datalist>
      <TextField label={"Add a column to " + titleOf(name, schema)} hideLabel placeholder="Add a column" list={list} value={text}
        onChange={(next) => (free.some((column) => column.name === next) ? add(next) : setText(next))}
        onKeyDown={(event) => event.key === "Enter" && (event.preventDefault(), add(text))} onBlur={() => add(text.trim())} />
    </fieldset>
  );
}
