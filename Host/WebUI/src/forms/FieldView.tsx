// One field: the widget that fits its schema, a reference to a parameter, or the raw value.
import { useState } from "react";
import { Button, Menu, Select, TextField } from "../ui";
import { useFieldProblem, useForm } from "./context";
import { ListField } from "./ListField";
import { ObjectFields } from "./ObjectFields";
import { RawField } from "./RawField";
import { ScalarField } from "./ScalarField";
import { beginning, choicesOf, isObject, isReference, resolved, type Schema, titleOf, typesOf, variantTitle, wordOf } from "./schema";
import { contradictions, nearestVariant, shownSchema } from "./validation";

export interface FieldViewProps {
  name: string;
  schema: Schema;
  value: unknown;
  required?: boolean;
  pointer: string;
  /** undefined takes the field out: the default holds. */
  onChange: (value: unknown, pointer: string) => void;
  hideLabel?: boolean;
}

export function FieldView(props: FieldViewProps) {
  const { schema, value, pointer, onChange, name } = props;
  const { parameters, id } = useForm();
  const mayRefer = !!parameters && parameters.length > 0 && schema["x-secret"] !== true && schema.const === undefined;
  const whole = typeof value === "string" && isReference(value) && typesOf(schema).length > 0 && !typesOf(schema).includes("string");
  const chips = value === undefined ? (schema.examples ?? []).slice(0, 4) : [];
  return (
    <div className="sf-field" data-pointer={pointer} id={id + pointer}>
      <div className="sf-body">{whole ? <ReferenceField {...props} /> : <Widget {...props} />}</div>
      {mayRefer && (
        <Menu className="sf-refer" label={"Use a parameter for " + titleOf(name, schema)} icon="tag" size="small" align="end"
          items={[
            ...parameters.map((parameter) => ({ label: parameter, detail: "${parameters." + parameter + "}", onSelect: () => onChange("${parameters." + parameter + "}", pointer) })),
            ...(isReference(value) ? [{ label: "Use a fixed value", onSelect: () => onChange(undefined, pointer) }] : []),
          ]} />
      )}
      {chips.length > 0 && (
        <div className="sf-chips">
          {chips.map((chip) => <Button key={wordOf(chip)} size="small" kind="quiet" onClick={() => onChange(chip, pointer)}>{wordOf(chip)}</Button>)}
        </div>
      )}
    </div>
  );
}

/** A number, list or group that stands as `${parameters.x}`. */
function ReferenceField({ name, schema, value, pointer, onChange, required }: FieldViewProps) {
  const error = useFieldProblem(pointer);
  return (
    <TextField label={titleOf(name, schema)} help={schema.description} required={required} error={error} mono value={String(value)}
      onChange={(text) => onChange(text === "" ? undefined : text, pointer)} />
  );
}

function Widget(props: FieldViewProps) {
  const { name, schema, value, pointer, onChange, required } = props;
  if (schema["x-secret"]) return <ScalarField {...props} />;
  const types = typesOf(schema).filter((type) => type !== "null");
  const choices = choicesOf(schema);
  if (choices || schema.const !== undefined) return <ScalarField {...props} />;
  if ((schema.oneOf ?? schema.anyOf) && !(types.length === 1 && types[0] !== "object" && types[0] !== "array")) {
    return <VariantField key={pointer} {...props} />;
  }
  if (types.length > 1) return <VariantField {...props} schema={{ ...schema, anyOf: types.map((type) => ({ ...schema, type, title: undefined, description: undefined, anyOf: undefined })) }} />;
  if (types[0] === "array") return Array.isArray(schema.prefixItems) ? <RawField {...props} /> : <ListField {...props} />;
  if (types[0] === "object") {
    return (
      <fieldset className="sf-group sf-nested">
        <legend>{titleOf(name, schema)}{required && <span aria-hidden="true"> *</span>}</legend>
        {schema.description && <p className="sf-help">{schema.description}</p>}
        <FieldError pointer={pointer} />
        <ObjectFields schema={schema} value={isObject(value) ? value : {}} pointer={pointer}
          onChange={(next, at) => onChange(Object.keys(next).length === 0 && !required ? undefined : next, at)} />
      </fieldset>
    );
  }
  if (types.length === 1) return <ScalarField {...props} />;
  return <RawField {...props} />;
}

export function FieldError({ pointer }: { pointer: string }) {
  const error = useFieldProblem(pointer);
  return error ? <p className="sf-problem" role="alert">{error}</p> : null;
}

/** Several forms of one value: a choice, then the fields of what was chosen. */
function VariantField(props: FieldViewProps) {
  const { name, schema, value, pointer, onChange, required } = props;
  const { root } = useForm();
  const variants = (schema.oneOf ?? schema.anyOf ?? []).map((variant) => resolved(variant, root));
  const [chosen, setWish] = useState<number | null>(null);
  // The choice holds until the value says otherwise: entries of a list move, and documents are edited as text.
  const wish = chosen !== null && variants[chosen] && contradictions(variants[chosen], value, root) === 0 ? chosen : null;
  // A needed choice shows its first form, whose fields then bring the value; where it has none to fill in, one has to choose.
  const first = required && variants[0] && needsFilling(variants[0], root) ? 0 : -1;
  const at = value === undefined ? wish ?? first : wish ?? nearestVariant(variants, value, root);
  const { oneOf: _one, anyOf: _any, ...common } = schema;
  const variant = variants[at];
  const choose = (text: string) => {
    const next = Number(text);
    setWish(text === "" ? null : next);
    const kept = isObject(value) ? value : {};
    const fresh = text === "" ? undefined : beginning(variants[next], root);
    if (!isObject(fresh)) return onChange(fresh, pointer);
    const allowed = { ...common.properties, ...variants[next].properties };
    const rest = Object.fromEntries(Object.entries(kept).filter(([key]) => key in allowed));
    onChange({ ...rest, ...fresh }, pointer);
  };
  const inner = variant && shownSchema({ ...common, ...variant, properties: common.properties || variant.properties ? { ...common.properties, ...variant.properties } : undefined,
    required: [...(common.required ?? []), ...(variant.required ?? [])], title: undefined, description: variant.description } as Schema, root, value);
  const isGroup = inner ? typesOf(inner)[0] === "object" : variants.some((item) => typesOf(item)[0] === "object");
  const selector = (
    <Select label={isGroup ? distinction(variants) : titleOf(name, schema)} help={schema.description} required={required} value={at < 0 ? "" : String(at)}
      onChange={choose} placeholder={!required ? "Not set" : at < 0 ? "Choose" : undefined} options={variants.map((item, index) => ({ value: String(index), label: variantTitle(item, index) }))} />
  );
  if (isGroup) {
    return (
      <fieldset className="sf-group sf-nested">
        <legend>{titleOf(name, schema)}{required && <span aria-hidden="true"> *</span>}</legend>
        {selector}
        <FieldError pointer={pointer} />
        {inner && <ObjectFields schema={inner} value={isObject(value) ? value : objectOf(beginning(variant, root))} pointer={pointer} onChange={onChange} />}
      </fieldset>
    );
  }
  return (
    <div className="sf-variant">
      {selector}
      {inner && <FieldView {...props} schema={{ ...inner, title: titleOf(name, schema) }} hideLabel />}
    </div>
  );
}

const objectOf = (value: unknown) => (isObject(value) ? value : {});

/** Whether an object has fields that somebody has to fill in. */
function needsFilling(variant: Schema, root: Schema): boolean {
  if (typesOf(variant)[0] !== "object") return true;
  return (variant.required ?? []).some((name) => {
    const field = resolved(variant.properties?.[name] ?? {}, root);
    return field.const === undefined && field.default === undefined;
  });
}

/** What tells the forms apart: the title of the field that is constant in each, where they have one. */
function distinction(variants: Schema[]): string {
  const constant = Object.entries(variants[0]?.properties ?? {}).find(([, field]) => field.const !== undefined);
  const isShared = constant && variants.every((variant) => variant.properties?.[constant[0]]?.const !== undefined);
  return isShared ? titleOf(...constant) : "Form";
}
