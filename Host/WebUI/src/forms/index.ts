// Forms made from schemas, for other features to place.
export type { FormContext, GivenContext } from "./context";
export { isObject, isReference, type Schema } from "./schema";
export { SchemaForm, type SchemaFormProps } from "./SchemaForm";
export { TestConnection } from "./TestConnection";
export { type FieldProblem, validate } from "./validation";
