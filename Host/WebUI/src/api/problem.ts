// A failure as the API tells it, thrown by every call that doesn't answer what was asked for.
import type { Problem, ProblemLocation } from "./types";

/** What ProblemView can show: a problem of an answer, of a run, or of a plugin. */
export interface ProblemShape {
  code?: string;
  title: string;
  detail: string;
  next?: string;
  origin?: string;
  node?: string;
  plugin?: string;
  at?: ProblemLocation;
  page?: string;
  type?: string;
  status?: number;
  problems?: Problem[];
}

export class ApiProblem extends Error implements ProblemShape {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly status: number;
  readonly next?: string;
  readonly origin?: string;
  readonly node?: string;
  readonly plugin?: string;
  readonly at?: ProblemLocation;
  readonly page?: string;
  readonly type?: string;
  readonly problems?: Problem[];

  constructor(shape: ProblemShape & { status: number }) {
    super(shape.detail || shape.title);
    this.name = "ApiProblem";
    this.code = shape.code ?? "";
    this.title = shape.title;
    this.detail = shape.detail;
    this.status = shape.status;
    this.next = shape.next;
    this.origin = shape.origin;
    this.node = shape.node;
    this.plugin = shape.plugin;
    this.at = shape.at;
    this.page = shape.page;
    this.type = shape.type;
    this.problems = shape.problems;
  }

  /** The problem of one field, where the server names it by a JSON pointer. */
  field(name: string): string | undefined {
    return this.problems?.find((problem) => problem.at?.pointer === "/" + name)?.detail;
  }
}

/** Any thrown thing as a problem that can be shown. */
export function asProblem(thrown: unknown): ApiProblem {
  if (thrown instanceof ApiProblem) return thrown;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new ApiProblem({ title: "This page failed", detail, next: "Reload the page.", origin: "host", status: 0 });
}

export function unreachable(): ApiProblem {
  return new ApiProblem({
    title: "The host can't be reached",
    detail: "The request got no answer: the host is stopped, restarting, or the network is down.",
    next: "Check that the host runs, then retry. What you typed is kept.",
    origin: "external",
    status: 0,
  });
}
