// A connection's address in the API, its problems by field, and what differs between two revisions.
import type { ApiProblem, ConnectionBudget, ConnectionUsage } from "../../api";
import type { FieldProblem } from "../../forms";

export function connectionPath(project: string, name: string, rest = ""): string {
  return `/projects/${encodeURIComponent(project)}/connections/${encodeURIComponent(name)}${rest}`;
}

export const namePattern = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** A refusal at the fields that it names. */
export function fieldsOf(problem: Pick<ApiProblem, "at" | "detail" | "problems">): FieldProblem[] {
  return [problem, ...(problem.problems ?? [])].flatMap((entry) => {
    const pointer = entry.at?.pointer;
    return pointer === undefined ? [] : [{ pointer: pointer.replace(/^\/(config|with)(?=\/|$)/, ""), message: entry.detail }];
  });
}

export interface BudgetRow {
  key: string;
  title: string;
  /** undefined where nobody told. */
  used: number | undefined;
  limit: number;
  /** 0 to 1, at most. */
  share: number;
}

/** The limits that there are, with what has gone on that day. */
export function budgetRows(budget: ConnectionBudget | undefined, usage: ConnectionUsage[], day: string): BudgetRow[] {
  const today = usage.find((entry) => entry.day === day);
  const tokens = today?.input_tokens === undefined && today?.output_tokens === undefined ? undefined : (today.input_tokens ?? 0) + (today.output_tokens ?? 0);
  const rows = [
    { key: "requests", title: "Requests", used: today?.requests, limit: budget?.requests_per_day },
    { key: "tokens", title: "Tokens", used: tokens, limit: budget?.tokens_per_day },
    { key: "cost", title: "Cost", used: today?.cost, limit: budget?.cost_per_day },
  ];
  return rows.flatMap(({ limit, ...row }) => limit === undefined ? []
    : [{ ...row, limit, share: limit > 0 ? Math.min(1, (row.used ?? 0) / limit) : 1 }]);
}

/** What was emptied is not there any more: a form leaves `undefined` in its place. */
export function withoutEmpty(config: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}

/** The names of the fields that are not the same; nothing where there was nothing before. */
export function changedFields(before: Record<string, unknown> | undefined, after: Record<string, unknown>): string[] {
  if (before === undefined) return [];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])).sort();
}
