// What can be done with one pipeline of the list.
import { get, type Pipeline, type PipelineSummary, send } from "../../api";
import { addresses, navigate } from "../../app/router";
import { useSession } from "../../app/session";
import { IconButton, Menu, useToast } from "../../ui";

interface Props {
  row: PipelineSummary;
  onRun: (pipeline: Pipeline) => void;
  onForget: (name: string) => void;
  onChanged: () => void;
}

export function PipelineActions({ row, onRun, onForget, onChanged }: Props) {
  const { why } = useSession();
  const toast = useToast();
  const path = `/pipelines/${encodeURIComponent(row.name)}`;
  const operate = why("operator", row.project);
  const run = () => get<Pipeline>(path).then(onRun, toast.problem);
  const change = (body: { paused?: boolean; archived?: boolean }) =>
    send<Pipeline>("PATCH", path, { body }).then(onChanged, toast.problem);
  const missing = row.missing_plugins ?? [];
  const blocked = row.archived ? "It is archived. Restore it first."
    : row.runnable === false ? (missing.length > 0 ? `It needs plugins that are not ready: ${missing.join(", ")}.` : "A plugin that it uses is missing.")
    : undefined;
  return (
    <span className="pipeline-state">
      <IconButton icon="play" label={`Run ${row.name}`} size="small" reason={operate ?? blocked} onClick={() => void run()} />
      <Menu
        label={`Actions of ${row.name}`}
        size="small"
        align="end"
        items={[
          { label: "Open", icon: "edit", onSelect: () => navigate(addresses.pipeline(row.name)) },
          row.paused
            ? { label: "Resume schedule", icon: "play", reason: operate, onSelect: () => void change({ paused: false }) }
            : {
              label: "Pause schedule", icon: "pause", reason: operate ?? (row.schedule ? undefined : "It has no schedule."),
              onSelect: () => void change({ paused: true }),
            },
          { label: "Forget state…", icon: "history", reason: operate, onSelect: () => onForget(row.name) },
          "divider",
          row.archived
            ? { label: "Restore", icon: "undo", reason: operate, onSelect: () => void change({ archived: false }) }
            : { label: "Archive", icon: "archive", reason: operate, onSelect: () => void change({ archived: true }) },
        ]}
      />
    </span>
  );
}
