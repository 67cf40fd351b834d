// A model document's words, and a model's base, which is written as NAME@VERSION or as a short model document.

export interface Base {
  words: string;
  /** Where it is registered. */
  model?: string;
  version?: string;
}

export function baseOf(given: unknown): Base | undefined {
  if (typeof given === "string" && given !== "") {
    const [, model, version] = /^([^@]+)@(\d+)$/.exec(given) ?? [];
    return model ? { words: given, model, version } : { words: given };
  }
  if (typeof given !== "object" || given === null) return undefined;
  const { name, version, format, path } = given as Record<string, unknown>;
  if (typeof name === "string" && typeof version === "number") return { words: `${name}@${version}`, model: name, version: String(version) };
  const words = [name, path, format].find((value) => typeof value === "string" && value !== "");
  return typeof words === "string" ? { words } : undefined;
}

/** A text that is there. */
export function word(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
