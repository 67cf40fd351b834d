// What a form's fields may ask for: columns, parameters, secrets, datasets, live choices.
import { createContext, useContext } from "react";
import type { Column } from "../api";
import type { FieldProblem } from "./validation";
import type { Schema } from "./schema";

export interface FormContext {
  /** The component whose configuration this is: for live choices and the test. */
  component?: { plugin: string; name: string };
  project?: string;
  /** Columns that reach the node. */
  columns?: Column[];
  /** Names that `${parameters.…}` may stand for; without it references are not offered. */
  parameters?: string[];
  /** What they stand for now, so that the plugin can be asked; null where one has no value. */
  parameterValues?: Record<string, unknown>;
}

/** As features give it: a component also by its plugin's name and its own, columns also by name alone. */
export interface GivenContext extends Omit<FormContext, "component" | "columns"> {
  plugin?: string;
  component?: FormContext["component"] | string;
  columns?: (Column | string)[];
}

export function formContext({ plugin, component, columns, ...rest }: GivenContext): FormContext {
  return {
    ...rest,
    component: typeof component !== "string" ? component : plugin ? { plugin, name: component } : undefined,
    columns: columns?.map((column) => (typeof column === "string" ? { name: column, type: "" } : column)),
  };
}

export interface FormState extends FormContext {
  root: Schema;
  /** The whole value: a live choice may depend on any field. */
  whole: unknown;
  problems: FieldProblem[];
  id: string;
}

export const FormStateContext = createContext<FormState | null>(null);

export function useForm(): FormState {
  const state = useContext(FormStateContext);
  if (!state) throw new Error("A field stands outside of a form.");
  return state;
}

export function useFieldProblem(pointer: string): string | undefined {
  return useForm().problems.find((problem) => problem.pointer === pointer)?.message;
}
