// When what ran: attempts and nodes as bars over time, and every event as a list.
import { useEffect, useState } from "react";
import { type Run, type Timeline, type TimelineEvent, useResource } from "../../api";
import { seconds } from "../../charts";
import { niceTicks } from "../../charts/ticks";
import { type Column, DataTable } from "../../table";
import { EmptyState, formatExact, ProblemView, Skeleton } from "../../ui";
import { clock } from "./logLines";
import { type Span, spansOf, workedShare } from "./timelineSpans";
import { isFinished } from "./words";

const columns: Column<TimelineEvent>[] = [
  {
    key: "at", title: "Time", width: 110, value: (event) => event.at,
    render: (event) => <time dateTime={event.at} title={formatExact(event.at)}>{clock(event.at)}</time>,
  },
  { key: "type", title: "Event", width: 130, value: (event) => event.type.replace(/_/g, " ") },
  { key: "node", title: "Node", width: 160, value: (event) => event.node ?? "" },
  { key: "attempt", title: "Attempt", width: 80, kind: "figure" },
  { key: "status", title: "Status", width: 110, value: (event) => event.status ?? "" },
  { key: "text", title: "Text", grows: true, width: 240, value: (event) => event.text ?? "" },
];

export function useTimeline(run: Run) {
  return useResource<Timeline>(`/runs/${run.run}/timeline`, undefined, {
    on: (event) => event.subject === run.run && event.type.startsWith("run.") && event.type !== "run.log",
  });
}

export function TimelineTab({ run, onNode }: { run: Run; onNode: (node: string) => void }) {
  const timeline = useTimeline(run);
  const going = !isFinished(run.status);
  const now = useNow(going);
  if (timeline.problem) return <ProblemView problem={timeline.problem} onRetry={() => void timeline.reload()} />;
  if (!timeline.data) return <Skeleton lines={8} height={24} />;
  const events = timeline.data.items;
  const drawn = spansOf(events);
  if (!drawn) return <EmptyState icon="clock" title="Nothing has happened yet" text="The run waits in the queue." />;
  const last = Math.max(...events.map((event) => Date.parse(event.at)));
  const end = Math.max(going ? Math.max(now, last) : last, drawn.start + 1);
  const place = (at: number) => `${((at - drawn.start) / (end - drawn.start)) * 100}%`;
  const length = (end - drawn.start) / 1000;
  const bar = (span: Span) => ({
    left: place(span.from), width: `max(3px, ${(((span.to ?? end) - span.from) / (end - drawn.start)) * 100}%)`,
  });
  const says = (name: string, span: Span) =>
    `${name}, attempt ${span.attempt}: from ${seconds((span.from - drawn.start) / 1000)} for `
    + `${seconds(((span.to ?? end) - span.from) / 1000)}${span.status ? `, ${span.status}` : ""}`;
  return (
    <div className="run-timeline">
      <div className="run-gantt" role="list" aria-label="Attempts and nodes over time">
        <div className="run-gantt-axis" aria-hidden="true">
          {niceTicks(0, length, 6).values.map((tick) => (
            <span key={tick} style={{ left: place(drawn.start + tick * 1000) }}>{seconds(tick)}</span>
          ))}
        </div>
        {drawn.attempts.length > 1 && (
          <div className="run-lane" role="listitem">
            <span className="run-lane-name">Attempts</span>
            <div className="run-lane-track">
              {drawn.attempts.map((span) => (
                <span key={span.attempt} className="run-bar is-attempt" style={bar(span)} title={says("Attempt", span)}>
                  {span.attempt}
                </span>
              ))}
            </div>
          </div>
        )}
        {drawn.lanes.map((lane) => (
          <div key={lane.name} className="run-lane" role="listitem">
            <button type="button" className="run-lane-name" onClick={() => onNode(lane.name)}>{lane.name}</button>
            <div className="run-lane-track">
              {lane.spans.map((span, at) => {
                const node = run.nodes.find((entry) => entry.name === lane.name);
                const worked = workedShare(span, at === lane.spans.length - 1, node?.seconds);
                const words = says(lane.name, span) + (worked === undefined || !node ? "" : `; it worked ${seconds(node.seconds ?? 0)}`);
                return (
                  <span
                    key={`${span.attempt} ${span.from}`}
                    role="img"
                    aria-label={words}
                    title={words}
                    className={`run-bar is-${span.to === undefined ? "running" : span.status ?? "succeeded"}${worked === undefined ? "" : " is-open"}`}
                    style={bar(span)}
                  >
                    {worked !== undefined && <span className="run-bar-worked" style={{ width: `max(3px, ${worked * 100}%)` }} />}
                  </span>
                );
              })}
            </div>
          </div>
        ))}
      </div>
      <DataTable id="run-timeline" label="Events of the run" columns={columns} rows={events} height={320} />
    </div>
  );
}

function useNow(ticking: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!ticking) return;
    const timer = window.setInterval(() => setNow(Date.now()), 1000);
    return () => window.clearInterval(timer);
  }, [ticking]);
  return now;
}
