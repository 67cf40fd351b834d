// Where a problem of the host has its place in the designer: node, tab, field.
import type { Problem } from "../../api";

export interface ProblemPlace {
  node?: string;
  tab: "config" | "gate" | "retry";
  /** Names the field in its panel; empty where the problem is about no field. */
  field: string;
}

type Placed = Pick<Problem, "node" | "at">;

const unescaped = (token: string) => token.replace(/~1/g, "/").replace(/~0/g, "~");

/** Fields of a configuration go by their pointer within it, all others by their pointer in the document. */
export function placeOf(problem: Placed): ProblemPlace {
  const pointer = problem.at?.pointer ?? "";
  const found = /^\/nodes\/([^/]+)(?:\/([^/]+))?(.*)$/.exec(pointer);
  if (!found) return { node: problem.node, tab: "config", field: problem.node ? "" : pointer };
  const [, token, key, rest] = found;
  const node = problem.node ?? unescaped(token);
  if (key === "gate") return { node, tab: "gate", field: `/gate${rest}` };
  if (key === "retry" || key === "materialize") return { node, tab: "retry", field: `/${key}${rest}` };
  return { node, tab: "config", field: key === "with" ? rest : "" };
}

/** What is said of a field; of its parts too, where nothing is shown for them. */
export function wordsAt(problems: Placed[], field: string, parts: "whole" | "with parts" = "whole"): string | undefined {
  const hit = problems.find((problem) => {
    const place = placeOf(problem);
    return place.field === field || (parts === "with parts" && place.field.startsWith(field + "/"));
  });
  return (hit as Problem | undefined)?.detail;
}

/** The field itself and what holds it, the nearest first: a problem may stand deeper than any field. */
export function fieldsToward(field: string): string[] {
  const found: string[] = [];
  for (let at = field; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) found.push(at);
  return found;
}

/** Problems of a node that none of its fields shows. */
export function unplaced<One extends Placed>(problems: One[], node: string): One[] {
  return problems.filter((problem) => {
    const place = placeOf(problem);
    return place.node === node && place.field === "";
  });
}
