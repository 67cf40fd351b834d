// Fields of an object: in order, under their headings, advanced ones folded, free names as a map.
import { useState } from "react";
import { Button, IconButton, TextField } from "../ui";
import { useForm } from "./context";
import { FieldView } from "./FieldView";
import { beginning, isObject, isVisible, orderedFields, pointerTo, resolved, type Schema } from "./schema";
import { shownSchema } from "./validation";

interface Props {
  schema: Schema;
  value: Record<string, unknown>;
  onChange: (value: Record<string, unknown>, pointer: string) => void;
  pointer: string;
}

export function ObjectFields({ schema, value, onChange, pointer }: Props) {
  const { root, problems } = useForm();
  const [open, setOpen] = useState(false);
  const visible = orderedFields(schema)
    .map(([name, field]) => [name, shownSchema(field, root, value[name])] as [string, Schema])
    // What tells variants apart is set by the choice above them.
    .filter(([name, field]) => field.const === undefined || value[name] !== field.const)
    .filter(([name, field]) => isVisible(field, value, schema) || value[name] !== undefined);
  const required = new Set(schema.required ?? []);
  const set = (name: string, next: unknown, at: string) => {
    const copy = { ...value };
    if (next === undefined) delete copy[name];
    else copy[name] = next;
    onChange(copy, at);
  };
  const field = ([name, inner]: [string, Schema]) => (
    <FieldView key={name} name={name} schema={inner} value={value[name]} required={required.has(name)} pointer={pointerTo(pointer, name)}
      onChange={(next, at) => set(name, next, at)} />
  );
  const plain = visible.filter(([, inner]) => !inner["x-advanced"]);
  const advanced = visible.filter(([, inner]) => inner["x-advanced"]);
  const groups = Array.from(new Set(plain.map(([, inner]) => String(inner["x-group"] ?? ""))));
  const troubled = advanced.filter(([name]) => problems.some((problem) => problem.pointer.startsWith(pointerTo(pointer, name)))).length;
  const shown = open || troubled > 0;
  const extra = Object.keys(value).filter((name) => !(name in (schema.properties ?? {})));
  const isMap = isObject(schema.additionalProperties) || isObject(schema.patternProperties) || (schema.additionalProperties !== false && !schema.properties);
  return (
    <>
      {groups.map((group) =>
        group === "" ? plain.filter(([, inner]) => !inner["x-group"]).map(field) : (
          <fieldset key={group} className="sf-group">
            <legend>{group}</legend>
            {plain.filter(([, inner]) => inner["x-group"] === group).map(field)}
          </fieldset>
        ),
      )}
      {(isMap || extra.length > 0) && <MapEntries schema={schema} value={value} names={extra} mayAdd={isMap} onChange={onChange} pointer={pointer} />}
      {advanced.length > 0 && (
        <div className="sf-advanced">
          <Button kind="quiet" size="small" icon={shown ? "chevron-down" : "chevron-right"} aria-expanded={shown} onClick={() => setOpen(!shown)}>
            Advanced ({advanced.length})
          </Button>
          {shown && advanced.map(field)}
        </div>
      )}
    </>
  );
}

function MapEntries({ schema, value, names, mayAdd, onChange, pointer }: Props & { names: string[]; mayAdd: boolean }) {
  const { root } = useForm();
  const [name, setName] = useState("");
  const pattern = isObject(schema.patternProperties) ? (Object.values(schema.patternProperties)[0] as Schema) : undefined;
  const rule = resolved(isObject(schema.additionalProperties) ? (schema.additionalProperties as Schema) : pattern, root);
  const taken = name !== "" && value[name] !== undefined;
  const add = () => {
    if (name === "" || taken) return;
    onChange({ ...value, [name]: beginning(rule, root) }, pointerTo(pointer, name));
    setName("");
  };
  return (
    <div className="sf-map">
      {names.map((key) => (
        <div key={key} className="sf-item">
          <FieldView name={key} schema={{ ...shownSchema(rule, root, value[key]), title: key }} value={value[key]} pointer={pointerTo(pointer, key)}
            onChange={(next, at) => onChange({ ...value, [key]: next === undefined ? "" : next }, at)} />
          <IconButton icon="trash" label={"Remove " + key} size="small" onClick={() => {
            const { [key]: _, ...rest } = value;
            onChange(rest, pointerTo(pointer, key));
          }} />
        </div>
      ))}
      {mayAdd && (
        <div className="sf-add">
          <TextField label="Name of a new entry" hideLabel placeholder="Name" value={name} onChange={setName} error={taken ? "This name is taken." : undefined}
            onKeyDown={(event) => event.key === "Enter" && (event.preventDefault(), add())} />
          <Button size="small" icon="plus" reason={name === "" ? "Type a name first." : taken ? "This name is there already." : undefined} onClick={add}>Add</Button>
        </div>
      )}
    </div>
  );
}
