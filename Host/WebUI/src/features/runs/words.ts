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

export function causeWord(cause: RunCause | undefined): string | undefined {
  return causes.find((entry) => entry.value === cause)?.label;
}

export function isFinished(status: RunStatus): boolean {
  return status !== "queued" && status !== "running";
}
