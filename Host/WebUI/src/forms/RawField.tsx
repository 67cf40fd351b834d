// What no widget fits: the value as JSON. Text that can't be read yet stays in the field.
import { useEffect, useState } from "react";
import { TextArea } from "../ui";
import { useFieldProblem } from "./context";
import type { FieldViewProps } from "./FieldView";
import { titleOf } from "./schema";

export function RawField({ name, schema, value, required, pointer, onChange, hideLabel }: FieldViewProps) {
  const written = value === undefined ? "" : JSON.stringify(value, null, 2);
  const [text, setText] = useState(written);
  const [broken, setBroken] = useState<string>();
  const error = useFieldProblem(pointer);
  useEffect(() => {
    setText((old) => (sameValue(old, value) ? old : written));
  }, [written]);
  const change = (next: string) => {
    setText(next);
    if (next.trim() === "") {
      setBroken(undefined);
      onChange(undefined, pointer);
      return;
    }
    try {
      onChange(JSON.parse(next), pointer);
      setBroken(undefined);
    } catch {
      setBroken("This is no JSON yet: texts need quotes, lists brackets. The last valid value is kept.");
    }
  };
  return (
    <TextArea label={titleOf(name, schema)} hideLabel={hideLabel} required={required} mono rows={Math.min(Math.max(text.split("\n").length, 2), 16)} spellCheck={false}
      help={schema.description ?? "As JSON"} error={broken ?? error} placeholder={schema.default === undefined ? undefined : JSON.stringify(schema.default)} value={text} onChange={change} />
  );
}

function sameValue(text: string, value: unknown): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === JSON.stringify(value);
  } catch {
    return value === undefined && text.trim() === "";
  }
}
