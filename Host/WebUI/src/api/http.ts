// Requests to the API: the CSRF token, ETags, idempotency keys, and problems in place of bare status codes.
import { ApiProblem, unreachable } from "./problem";

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface Answer<T> {
  data: T;
  etag: string | null;
  status: number;
}

export interface Request {
  /** JSON, or bytes as they are (Blob, ArrayBuffer). */
  body?: unknown;
  ifMatch?: string | null;
  /** `true` makes a new key; pass a string to repeat a request safely. */
  idempotencyKey?: string | true;
  query?: Query;
  signal?: AbortSignal;
}

export const API = "/api/v1";

let csrf = "";
let onSignedOut: () => void = () => undefined;

export function setCSRFToken(token: string) {
  csrf = token;
}

export function csrfToken(): string {
  return csrf;
}

/** What to do when the session is over; set once by the session. */
export function whenSignedOut(action: () => void) {
  onSignedOut = action;
}

export function address(path: string, query?: Query): string {
  const parts = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(parts.map(([name, value]) => [name, String(value)])).toString();
  return API + path + (text ? (path.includes("?") ? "&" : "?") + text : "");
}

export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function send<T>(method: string, path: string, request: Request = {}): Promise<Answer<T>> {
  const raw = request.body instanceof Blob || request.body instanceof ArrayBuffer;
  const headers: Record<string, string> = { Accept: "application/json, application/problem+json" };
  if (request.body !== undefined) headers["Content-Type"] = raw ? "application/octet-stream" : "application/json";
  if (method !== "GET" && csrf) headers["X-CSRF-Token"] = csrf;
  if (request.ifMatch) headers["If-Match"] = request.ifMatch;
  if (request.idempotencyKey) {
    headers["Idempotency-Key"] = request.idempotencyKey === true ? newKey() : request.idempotencyKey;
  }
  let response: Response;
  try {
    response = await fetch(address(path, request.query), {
      method,
      headers,
      body: request.body === undefined ? undefined : raw ? (request.body as BodyInit) : JSON.stringify(request.body),
      signal: request.signal,
      credentials: "same-origin",
    });
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === "AbortError") throw thrown;
    throw unreachable();
  }
  if (!response.ok) throw await refusal(response, path);
  const text = response.status === 204 ? "" : await response.text();
  return { data: (text ? JSON.parse(text) : undefined) as T, etag: response.headers.get("ETag"), status: response.status };
}

export async function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  return (await send<T>("GET", path, { query, signal })).data;
}

export async function refusal(response: Response, path: string): Promise<ApiProblem> {
  let body: Partial<ApiProblem> = {};
  try {
    body = await response.json();
  } catch {
    // Not ours: a proxy in between answered. The status has to do.
  }
  // Signing in answers 401 itself; only elsewhere does it mean that the session is over.
  if (response.status === 401 && !path.startsWith("/session")) onSignedOut();
  return new ApiProblem({
    ...body,
    title: body.title ?? "The host answered " + response.status,
    detail: body.detail ?? (response.statusText || "There is no more to say."),
    status: response.status,
  });
}
