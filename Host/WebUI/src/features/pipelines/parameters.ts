// The parameters of a document as a schema for the form that asks for them.
import type { Schema } from "../../forms";

/** A document whose text can't be read asks for nothing: the host says what is wrong with it. */
export async function parametersOf(document: string): Promise<Schema> {
  // The reader of YAML is only loaded where somebody starts a run.
  const { readPipeline } = await import("../../document/model");
  const parameters = readPipeline(document).model?.parameters ?? {};
  const required = Object.keys(parameters).filter((name) => !("default" in parameters[name]));
  return { type: "object", properties: parameters as Schema["properties"], required, additionalProperties: false };
}
