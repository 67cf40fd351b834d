// Texts, numbers, yes or no, and choices; with the hints of the schema.
import { useEffect, useId, useState } from "react";
import { send } from "../api";
import { NumberField, Select, TextArea, TextField } from "../ui";
import { useFieldProblem, useForm } from "./context";
import type { FieldViewProps } from "./FieldView";
import { LiveField } from "./LiveField";
import { choicesOf, isObject, titleOf, typesOf, wordOf } from "./schema";

export function ScalarField(props: FieldViewProps) {
  const { name, schema, value, required, pointer, onChange, hideLabel } = props;
  const { columns } = useForm();
  const error = useFieldProblem(pointer);
  const label = titleOf(name, schema);
  const common = { label, help: schema.description as string | undefined, error, required, hideLabel };
  const type = typesOf(schema).find((item) => item !== "null");
  if (schema["x-secret"]) return <SecretField {...props} />;
  const choices = choicesOf(schema);
  if (choices) {
    const chosen = choices.findIndex((choice) => JSON.stringify(choice.value) === JSON.stringify(value));
    const fallback = schema.default === undefined ? "Not set" : "Default: " + wordOf(schema.default);
    return (
      <Select {...common} value={chosen < 0 ? "" : String(chosen)} placeholder={required && schema.default === undefined ? "Choose" : fallback}
        onChange={(text) => onChange(text === "" ? undefined : choices[Number(text)].value, pointer)}
        options={choices.map((choice, at) => ({ value: String(at), label: choice.label }))} />
    );
  }
  if (type === "boolean") {
    const fallback = schema.default === undefined ? "Not set" : "Default: " + (schema.default ? "yes" : "no");
    return (
      <Select {...common} value={typeof value === "boolean" ? String(value) : ""} placeholder={fallback}
        onChange={(text) => onChange(text === "" ? undefined : text === "true", pointer)}
        options={[{ value: "true", label: "Yes" }, { value: "false", label: "No" }]} />
    );
  }
  const unit = schema["x-unit"] as string | undefined;
  const placeholder = (schema["x-placeholder"] as string | undefined) ?? (schema.default === undefined ? undefined : wordOf(schema.default));
  if (type === "number" || type === "integer") {
    return (
      <NumberField {...common} unit={unit} integer={type === "integer"} placeholder={placeholder} value={typeof value === "number" ? value : null}
        onChange={(next) => onChange(next === null ? undefined : next, pointer)} />
    );
  }
  const text = value === undefined || value === null ? "" : typeof value === "string" ? value : wordOf(value);
  const set = (next: string) => onChange(next === "" && !(required && hideLabel) ? undefined : next, pointer);
  const widget = schema["x-widget"];
  if (widget === "sql" || schema.format === "multiline" || text.includes("\n")) {
    return <TextArea {...common} mono rows={Math.min(Math.max(text.split("\n").length + 1, widget === "sql" ? 8 : 3), 24)} spellCheck={false} placeholder={placeholder} value={text} onChange={set} />;
  }
  if (schema["x-options"] === "dynamic") return <LiveField {...props} text={text} placeholder={placeholder} />;
  if (widget === "column" && columns) {
    return <SuggestField {...common} mono placeholder={placeholder} value={text} onChange={set} choices={columns.map((column) => ({ value: column.name, detail: column.type }))} />;
  }
  if (widget === "dataset") return <DatasetField {...props} text={text} placeholder={placeholder} />;
  return <TextField {...common} mono={widget === "path"} unit={unit} placeholder={placeholder} value={text} onChange={set} />;
}

interface SuggestProps {
  label: string;
  help?: string;
  error?: string;
  required?: boolean;
  hideLabel?: boolean;
  mono?: boolean;
  placeholder?: string;
  value: string;
  onChange: (value: string) => void;
  onFocus?: () => void;
  choices: { value: string; detail?: string }[];
}

function SuggestField({ choices, ...field }: SuggestProps) {
  const list = useId();
  return (
    <>
      <TextField {...field} list={list} />
      <datalist id={list}>{choices.map((choice) => <option key={choice.value} value={choice.value}>{choice.detail}</option>)}</datalist>
    </>
  );
}

/** A reference to a secret; its value is never shown, here or anywhere. */
function SecretField({ name, schema, value, required, pointer, onChange, hideLabel }: FieldViewProps) {
  const { project } = useForm();
  const [names, setNames] = useState<string[] | null>(null);
  const written = typeof value === "string" ? /^\$\{secrets\.([^}]+)\}$/.exec(value)?.[1] : undefined;
  const error = useFieldProblem(pointer);
  useEffect(() => {
    if (!project) return;
    let gone = false;
    send<{ items: { name: string }[] }>("GET", "/secrets", { query: { project } })
      .then(({ data }) => !gone && setNames(data.items.map((item) => item.name)))
      .catch(() => !gone && setNames([]));
    return () => void (gone = true);
  }, [project]);
  return (
    <SuggestField label={titleOf(name, schema)} hideLabel={hideLabel} required={required} mono
      help={(schema.description ? schema.description + " " : "") + "The name of a secret; its value is put in by the worker."}
      error={error ?? (written && names && names.length > 0 && !names.includes(written) ? "There is no secret of this name in the project." : undefined)}
      placeholder="Name of a secret" value={written ?? (typeof value === "string" ? value : isObject(value) ? wordOf(value.$secret) : "")}
      onChange={(text) => onChange(text === "" ? undefined : text.startsWith("${") ? text : "${secrets." + text + "}", pointer)}
      choices={(names ?? []).map((item) => ({ value: item }))} />
  );
}

function DatasetField({ name, schema, required, pointer, onChange, hideLabel, text, placeholder }: FieldViewProps & { text: string; placeholder?: string }) {
  const { project } = useForm();
  const error = useFieldProblem(pointer);
  const [names, setNames] = useState<string[]>([]);
  const ask = () => {
    send<{ items: { dataset: string }[] }>("GET", "/datasets", { query: { project, q: text || undefined, limit: 50 } })
      .then(({ data }) => setNames(data.items.map((item) => item.dataset)))
      .catch(() => setNames([]));
  };
  return (
    <SuggestField label={titleOf(name, schema)} help={schema.description} hideLabel={hideLabel} required={required} error={error} mono placeholder={placeholder} value={text}
      onFocus={ask} onChange={(next) => onChange(next === "" ? undefined : next, pointer)} choices={names.map((item) => ({ value: item }))} />
  );
}
