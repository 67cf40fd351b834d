// What is typed as a default, as a value of the parameter's type.

/** A text that is no such value stays a text: the host then says what is wrong with it, at its field. */
export function parameterValue(text: string, type: unknown): unknown {
  if (text === "") return undefined;
  if (type === "number" || type === "integer") return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  if (type === "array" || type === "object") {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
  return text;
}
