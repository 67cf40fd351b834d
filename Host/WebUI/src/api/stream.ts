// An answer that comes bit by bit: the JSON objects of a text/event-stream, for questions that are a POST.
import { address, csrfToken, refusal } from "./http";
import { unreachable } from "./problem";

/** The whole `data:` lines of what has come so far, and the rest that is still to be completed. */
export function framesOf(text: string): { data: string[]; rest: string } {
  const parts = text.replace(/\r\n/g, "\n").split("\n\n");
  const rest = parts.pop() ?? "";
  const data = parts
    .map((part) => part.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5).replace(/^ /, "")).join("\n"))
    .filter((part) => part !== "");
  return { data, rest };
}

/** Ends when the host has said all; throws where it refuses, and an AbortError when it was stopped. */
export async function streamed(path: string, body: unknown, onData: (event: unknown) => void, signal: AbortSignal): Promise<void> {
  let response: Response;
  try {
    response = await fetch(address(path), {
      method: "POST",
      headers: { Accept: "text/event-stream, application/problem+json", "Content-Type": "application/json", "X-CSRF-Token": csrfToken() },
      body: JSON.stringify(body),
      signal,
      credentials: "same-origin",
    });
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    throw unreachable();
  }
  if (!response.ok) throw await refusal(response, path);
  const reader = response.body?.getReader();
  if (!reader) return;
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    const found = framesOf(rest + (value ? decoder.decode(value, { stream: true }) : decoder.decode()));
    rest = found.rest;
    for (const data of found.data) onData(JSON.parse(data));
    if (done) return;
  }
}
