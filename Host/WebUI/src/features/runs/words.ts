// Words for what caused a run, and for its statuses in a filter.
import type { RunCause, RunStatus } from "../../api";

export const statuses: RunStatus[] = ["running", "queued", "succeeded", "failed", "stopped", "cancelled"];

export const causes: { value: RunCause; label: string }[] = [
  { value: "manual", label: "By hand" },
  { value: "schedule", label: "Schedule" },
  { value: "dataset", label: "Dataset updated" },
  { value: "retry", label: "Retry" },
  { value: "api", label: "API" },
  { value: "upload", label: "Upload" },
  { value: "cli", label: "Command line" },
];

/** How far back the list goes, as it stands in the address. */
export const spans: { value: string; label: string; hours: number }[] = [
  { value: "1h", label: "Last hour", hours: 1 },
  { value: "24h", label: "Last 24 hours", hours: 24 },
  { value: "7d", label: "Last 7 days", hours: 7 * 24 },
  { value: "30d", label: "Last 30 days", hours: 30 * 24 },
];

/** The time that many hours ago, as the API takes it. */
export function sinceTime(span: string, now = Date.now()): string | undefined {
  const hours = spans.find((entry) => entry.value === span)?.hours;
  return hours === undefined ? undefined : new Date(now - hours * 3600_000).toISOString();
}

export function causeWord(cause: RunCause | undefined): string | undefined {
  return causes.find((entry) => entry.value === cause)?.label;
}

export function isFinished(status: RunStatus): boolean {
  return status !== "queued" && status !== "running";
}
