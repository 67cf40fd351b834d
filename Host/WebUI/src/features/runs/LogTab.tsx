// The log of a run: by node and level, searched, followed while it grows.
import { useEffect, useMemo, useState } from "react";
import type { LogLine, Run } from "../../api";
import { useQueryState } from "../../app/router";
import { type Column, DataTable } from "../../table";
import { EmptyState, formatExact, ProblemView, Select, Skeleton, Switch, TextField } from "../../ui";
import { clock, levels, levelWord } from "./logLines";
import { useRunLog } from "./useRunLog";
import { isFinished } from "./words";

const pauseMilliseconds = 250;

const columns: Column<LogLine>[] = [
  {
    key: "at", title: "Time", width: 110, value: (line) => line.at,
    render: (line) => <time dateTime={line.at} title={formatExact(line.at)}>{clock(line.at)}</time>,
  },
  { key: "level", title: "Level", width: 80, value: (line) => levelWord(line.level) },
  { key: "node", title: "Node", width: 130, value: (line) => line.node ?? "" },
  { key: "from", title: "From", width: 80, hidden: true },
  {
    key: "text", title: "Text", width: 320, grows: true, fixed: true, kind: "id",
    value: (line) => (line.fields && Object.keys(line.fields).length > 0
      ? `${line.text} ${JSON.stringify(line.fields)}` : line.text),
  },
];

const toneOf = (line: LogLine) => (line.level >= 3 ? "error" as const : line.level === 2 ? "warn" as const : undefined);

export function LogTab({ run, node, onNode }: { run: Run; node: string; onNode: (node: string | null) => void }) {
  const [level, setLevel] = useQueryState("level");
  const [text, setText] = useQueryState("find");
  const [typed, setTyped] = useState(text);
  const [follow, setFollow] = useState(!isFinished(run.status));
  useEffect(() => {
    if (typed === text) return;
    const timer = window.setTimeout(() => setText(typed), pauseMilliseconds);
    return () => window.clearTimeout(timer);
  }, [typed, text, setText]);
  const query = useMemo(() => ({ node, level, q: text }), [node, level, text]);
  const log = useRunLog(run.run, query);
  const { hasMore, more } = log;
  useEffect(() => {
    // The tail is where the live lines come: all before it has to be there.
    if (follow && hasMore) more();
  }, [follow, hasMore, more, log.lines.length]);
  const any = Boolean(node || level || text);
  return (
    <div className="run-fill">
      <div className="run-filters" role="search" aria-label="Filter the log">
        <div className="run-filter-text">
          <TextField label="Text" hideLabel placeholder="Find in the log" value={typed} onChange={setTyped} />
        </div>
        <Select
          label="Node"
          hideLabel
          placeholder="All nodes"
          value={node}
          onChange={(value) => onNode(value || null)}
          options={run.nodes.map((entry) => entry.name)}
        />
        <Select
          label="Level"
          hideLabel
          placeholder="All levels"
          value={level}
          onChange={setLevel}
          options={levels.slice(1).map((word) => ({ value: word, label: word === "error" ? "error" : `${word} and above` }))}
        />
        <Switch label="Follow" checked={follow} onChange={setFollow} />
      </div>
      {log.problem && <ProblemView problem={log.problem} onRetry={log.retry} />}
      {log.loading ? <Skeleton lines={12} height={18} /> : (
        <DataTable
          id="run-log"
          label={`Log of the run of ${run.pipeline.name}`}
          columns={columns}
          rows={log.lines}
          rowHeight={26}
          tone={toneOf}
          follow={follow}
          onEnd={hasMore ? more : undefined}
          empty={(
            <EmptyState
              title={any ? "No line fits" : "Nothing was logged"}
              text={any ? "No line has all that the filter asks for." : "Plugins and the host write here while the run goes on."}
            />
          )}
        />
      )}
    </div>
  );
}
