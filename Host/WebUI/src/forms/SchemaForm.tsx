// A form made from a JSON Schema: for components, parameters, and whatever else a schema describes.
import { useId, useMemo, useState } from "react";
import { Button } from "../ui";
import { FormStateContext, formContext, type GivenContext } from "./context";
import "./forms.css";
import { ObjectFields } from "./ObjectFields";
import { isObject, type Schema } from "./schema";
import { shownSchema, validate, type FieldProblem } from "./validation";

export interface SchemaFormProps {
  schema: Schema;
  value: unknown;
  /** `pointer` names the field that changed. */
  onChange: (value: Record<string, unknown>, pointer: string) => void;
  /** What the host says, by JSON pointer within the value. */
  problems?: FieldProblem[];
  context?: GivenContext;
  examples?: { title: string; config: Record<string, unknown> }[];
  /** Shows problems of fields that nobody has touched yet. */
  strict?: boolean;
}

export function SchemaForm({ schema, value, onChange, problems = [], context, examples, strict = true }: SchemaFormProps) {
  const id = useId();
  const [touched, touch] = useState<string[]>([]);
  const given = isObject(value) ? value : {};
  const own = useMemo(() => validate(schema, given), [schema, given]);
  const all = useMemo(() => {
    const shown = strict ? own : own.filter((problem) => touched.includes(problem.pointer));
    const fresh = problems.filter((problem) => !own.some((other) => other.pointer === problem.pointer));
    return [...shown, ...fresh];
  }, [own, problems, strict, touched]);
  const state = useMemo(
    () => ({ ...formContext(context ?? {}), root: schema, whole: given, problems: all, id }),
    [context, schema, given, all, id],
  );
  const change = (next: Record<string, unknown>, pointer: string) => {
    if (!touched.includes(pointer)) touch([...touched, pointer]);
    onChange(next, pointer);
  };
  const root = all.filter((problem) => problem.pointer === "");
  return (
    <FormStateContext.Provider value={state}>
      <div className="sf-form">
        {examples && examples.length > 0 && (
          <div className="sf-examples" role="group" aria-label="Examples">
            <span>Examples</span>
            {examples.map((example) => (
              <Button key={example.title} size="small" onClick={() => onChange(example.config, "")}>{example.title}</Button>
            ))}
          </div>
        )}
        {root.map((problem) => <p key={problem.message} className="sf-problem" role="alert">{problem.message}</p>)}
        <ObjectFields schema={shownSchema(schema, schema, given)} value={given} onChange={change} pointer="" />
      </div>
    </FormStateContext.Provider>
  );
}
