// What is said of a finding, wherever it is shown.
import type { Finding, Run } from "../../api";
import { formatNumber } from "../../ui";
import { cellText } from "../../table";

/** Its failing rows can be read. A rule that lets some rows fail has them too when it has passed. */
export function hasRows(run: Pick<Run, "failing">, finding: Finding): boolean {
  return (run.failing?.includes(finding.node) ?? false) && (finding.failing_rows ?? 0) > 0;
}

/** A share as percent, in as many digits as tell it from nothing. */
export function measured(value: unknown, unit: string | undefined): string {
  if (value === undefined || value === null) return "";
  if (unit !== "fraction" || typeof value !== "number") return cellText(value);
  const percent = Number((value * 100).toPrecision(3));
  return `${Math.abs(percent) < 1 ? percent : formatNumber(percent)} %`;
}
