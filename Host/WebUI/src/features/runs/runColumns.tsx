// The columns of the list of runs.
import type { RunEntry } from "../../api";
import { addresses } from "../../app/router";
import type { Column } from "../../table";
import { Duration, RelativeTime, StatusBadge } from "../../ui";
import { causeWord, isFinished } from "./words";

export const runColumns: Column<RunEntry>[] = [
  {
    key: "status", title: "Status", width: 156, fixed: true, value: (run) => run.status,
    render: (run) => <StatusBadge status={run.status} />,
  },
  {
    key: "pipeline", title: "Pipeline", width: 200, grows: true, fixed: true, value: (run) => run.pipeline.name,
    href: (run) => addresses.run(run.run),
  },
  { key: "version", title: "Version", width: 80, kind: "figure", value: (run) => run.pipeline.version },
  {
    key: "started_at", title: "Started", width: 130, value: (run) => run.started_at,
    render: (run) => <RelativeTime at={run.started_at} />,
  },
  {
    key: "seconds", title: "Duration", width: 100, kind: "figure", value: (run) => run.seconds,
    render: (run) => (
      <Duration seconds={run.seconds} since={isFinished(run.status) || run.status === "queued" ? undefined : run.started_at} />
    ),
  },
  { key: "cause", title: "Cause", width: 130, value: (run) => causeWord(run.cause) },
  { key: "actor", title: "By", width: 110, value: (run) => run.actor?.name },
  { key: "problem", title: "Problem", width: 260, value: (run) => run.detail ?? "" },
  { key: "attempts", title: "Attempts", width: 90, kind: "figure", value: (run) => run.attempts, hidden: true },
  { key: "project", title: "Project", width: 120, hidden: true },
  { key: "priority", title: "Priority", width: 90, kind: "figure", hidden: true },
  { key: "run", title: "Run", width: 240, kind: "id", hidden: true },
];
