// What is asked: the settings, the conversation, and the model, as the host wants them.

export interface Settings {
  system: string;
  maxTokens: number | null;
  temperature: number | null;
  topP: number | null;
  seed: number | null;
  logprobs: boolean;
  /** JSON Schema as text; empty for plain answers. */
  schema: string;
}

export const standard: Settings = { system: "", maxTokens: 256, temperature: 0, topP: null, seed: 1, logprobs: false, schema: "" };

/** As this browser kept them; anything odd in there is left out. */
export function settingsFrom(text: string | null): Settings {
  try {
    const kept = JSON.parse(text ?? "{}") as Record<string, unknown>;
    const fits = (name: keyof Settings) => typeof kept[name] === typeof standard[name] || (typeof standard[name] !== "string" && typeof standard[name] !== "boolean" && (kept[name] === null || typeof kept[name] === "number"));
    const names = (Object.keys(standard) as (keyof Settings)[]).filter((name) => name in kept && fits(name));
    return { ...standard, ...Object.fromEntries(names.map((name) => [name, kept[name]])) };
  } catch {
    return standard;
  }
}

export type Read = { schema?: Record<string, unknown>; problem?: string };

export function schemaFrom(text: string): Read {
  if (text.trim() === "") return {};
  try {
    const schema: unknown = JSON.parse(text);
    if (typeof schema === "object" && schema !== null && !Array.isArray(schema)) return { schema: schema as Record<string, unknown> };
    return { problem: "A schema is an object: {…}." };
  } catch (thrown) {
    return { problem: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

export interface Message {
  role: "system" | "user" | "assistant";
  content: string;
}

/** Earlier questions with what this model answered, then the new one. What stays empty is the provider's own default. */
export function requestOf(settings: Settings, earlier: { prompt: string; answer?: string }[], prompt: string): Record<string, unknown> {
  const messages: Message[] = settings.system.trim() ? [{ role: "system", content: settings.system }] : [];
  for (const turn of earlier) {
    if (!turn.answer) continue;
    messages.push({ role: "user", content: turn.prompt }, { role: "assistant", content: turn.answer });
  }
  messages.push({ role: "user", content: prompt });
  const request: Record<string, unknown> = { messages };
  if (settings.maxTokens !== null) request.max_tokens = settings.maxTokens;
  if (settings.temperature !== null) request.temperature = settings.temperature;
  if (settings.topP !== null) request.top_p = settings.topP;
  if (settings.seed !== null) request.seed = settings.seed;
  if (settings.logprobs) Object.assign(request, { logprobs: true, top_logprobs: 5 });
  const { schema } = schemaFrom(settings.schema);
  if (schema) request.format = { type: "json_schema", schema };
  return request;
}

const byConnection = "connection:";

/** The address names a model as NAME@ALIAS, and a saved connection as connection:NAME. */
export function modelOf(word: string, connections: { name: string; use: string }[], more: Record<string, unknown> = {}): unknown {
  const name = connectionOf(word);
  if (name === undefined) return word;
  const use = connections.find((entry) => entry.name === name)?.use;
  return Object.keys(more).length > 0 ? { use, connection: name, with: more } : { use, connection: name };
}

export function connectionOf(word: string): string | undefined {
  return word.startsWith(byConnection) ? word.slice(byConnection.length) : undefined;
}

/** What of a whole configuration the connection does not say already. */
export function beyond(connection: Record<string, unknown>, whole: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(whole).filter(([name, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(connection[name])));
}

export function connectionWord(name: string): string {
  return byConnection + name;
}

/** The newest first, each once, a handful. */
export function remembered(questions: string[], question: string, most = 20): string[] {
  return [question, ...questions.filter((other) => other !== question)].slice(0, most);
}
