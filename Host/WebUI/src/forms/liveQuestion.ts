// The configuration that a question for choices goes with.
import { isObject } from "./schema";

/** A field in which nothing stands yet is not in it: many a plugin refuses an empty text, and none a missing one. */
export function askedWith(whole: unknown, pointer: string, text: string): Record<string, unknown> {
  const config = isObject(whole) ? whole : {};
  if (text !== "") return config;
  const [, top] = pointer.split("/");
  const name = (top ?? "").replace(/~1/g, "/").replace(/~0/g, "~");
  const { [name]: _, ...rest } = config;
  return rest;
}
