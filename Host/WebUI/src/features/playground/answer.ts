// What a model has said so far, put together from the events of its answer.
import type { ProblemShape } from "../../api/problem";

export interface TokenChoice {
  token: string;
  logprob: number;
}

export interface Token extends TokenChoice {
  /** The most likely tokens in its place. */
  top?: TokenChoice[];
}

export interface Answer {
  state: "running" | "done" | "stopped" | "failed";
  text: string;
  reasoning: string;
  tokens: Token[];
  calls: unknown[];
  input?: number;
  output?: number;
  finish?: string;
  seconds?: number;
  problems: ProblemShape[];
}

export const beginning: Answer = { state: "running", text: "", reasoning: "", tokens: [], calls: [], problems: [] };

/** Only the first choice: the playground asks for one. */
export function withEvents(answer: Answer, events: unknown[]): Answer {
  return events.reduce<Answer>((before, event) => (isObject(event) ? withEvent(before, event) : before), answer);
}

function withEvent(answer: Answer, event: Record<string, unknown>): Answer {
  if (typeof event.choice === "number" && event.choice > 0) return answer;
  switch (event.type) {
    case "text": return { ...answer, text: answer.text + String(event.text ?? "") };
    case "reasoning": return { ...answer, reasoning: answer.reasoning + String(event.text ?? "") };
    case "tool_call": return { ...answer, calls: [...answer.calls, callOf(event)] };
    case "logprobs": return { ...answer, tokens: [...answer.tokens, ...tokensOf(event.tokens)] };
    case "usage": return { ...answer, input: numberOf(event.input_tokens), output: numberOf(event.output_tokens) };
    case "finish": return { ...answer, finish: typeof event.reason === "string" ? event.reason : undefined };
    case "done": return { ...answer, seconds: numberOf(event.seconds), state: answer.problems.length > 0 ? "failed" : "done" };
    case "problem": return { ...answer, state: "failed", problems: [...answer.problems, event.problem as ProblemShape] };
    default: return answer;
  }
}

function callOf({ type: _, choice: __, ...call }: Record<string, unknown>): unknown {
  return call;
}

function tokensOf(value: unknown): Token[] {
  if (!Array.isArray(value)) return [];
  return value.filter((entry) => isObject(entry) && typeof entry.token === "string" && typeof entry.logprob === "number");
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether the tokens are the text, so that one can be shown in place of the other. */
export function tokensAreText(answer: Answer): boolean {
  return answer.tokens.length > 0 && answer.tokens.map(({ token }) => token).join("") === answer.text;
}

/** 0 for a token that was all but certain, to 4 for one that was hardly to be expected. */
export function surprise(logprob: number): number {
  const probability = Math.exp(logprob);
  return [0.9, 0.6, 0.3, 0.1].filter((limit) => probability < limit).length;
}

export function percent(logprob: number): string {
  const share = Math.exp(logprob) * 100;
  return share >= 0.1 || share === 0 ? `${Number(share.toFixed(1))}%` : "under 0.1%";
}
