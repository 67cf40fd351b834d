// The columns of the list of pipelines.
import type { Pipeline, PipelineSummary } from "../../api";
import { addresses, Link } from "../../app/router";
import type { Column } from "../../table";
import { Badge, RelativeTime, StatusBadge } from "../../ui";
import { PipelineActions } from "./PipelineActions";

export function pipelineColumns(
  onRun: (pipeline: Pipeline) => void, onForget: (name: string) => void, onChanged: () => void,
): Column<PipelineSummary>[] {
  return [
    {
      key: "name", title: "Name", width: 200, fixed: true,
      render: (row) => <Link to={addresses.pipeline(row.name)} title={row.description}>{row.name}</Link>,
    },
    {
      key: "actions", title: "Actions", hideTitle: true, width: 84, fixed: true, value: () => "",
      render: (row) => <PipelineActions row={row} onRun={onRun} onForget={onForget} onChanged={onChanged} />,
    },
    {
      key: "last_run", title: "Last run", width: 190, value: (row) => row.last_run?.status ?? "",
      render: ({ last_run }) => last_run
        ? (
          <Link to={addresses.run(last_run.run)} className="pipeline-last">
            <StatusBadge status={last_run.status} quiet />
            <RelativeTime at={last_run.finished_at ?? last_run.started_at} />
          </Link>
        )
        : <span className="pipeline-quiet">Never</span>,
    },
    {
      key: "schedule", title: "Schedule", width: 150, value: (row) => row.schedule?.text ?? "",
      render: (row) => row.schedule?.text ?? <span className="pipeline-quiet">By hand</span>,
    },
    {
      key: "next", title: "Next", width: 90, value: (row) => row.schedule?.next[0] ?? "",
      render: (row) => row.schedule?.next[0] && !row.paused && !row.archived ? <RelativeTime at={row.schedule.next[0]} /> : null,
    },
    { key: "state", title: "State", width: 110, value: stateWords, render: (row) => <State row={row} /> },
    { key: "title", title: "Title", width: 180, grows: true },
    { key: "labels", title: "Labels", width: 130, value: labelWords },
    { key: "project", title: "Project", width: 110 },
    { key: "version", title: "Version", kind: "figure", width: 80 },
    { key: "updated_at", title: "Saved", width: 130, render: (row) => <RelativeTime at={row.updated_at} />, hidden: true },
    { key: "updated_by", title: "Saved by", width: 120, hidden: true },
  ];
}

const labelWords = (row: PipelineSummary) => Object.entries(row.labels).map(([key, value]) => `${key}=${value}`).join(", ");
const stateWords = (row: PipelineSummary) => row.archived ? "archived" : row.paused ? "paused" : row.runnable === false ? "plugin missing" : "";

function State({ row }: { row: PipelineSummary }) {
  return (
    <span className="pipeline-state">
      {row.archived && <Badge>Archived</Badge>}
      {row.paused && <Badge>Paused</Badge>}
      {row.runnable === false && <Badge tone="warn">Plugin missing</Badge>}
    </span>
  );
}
