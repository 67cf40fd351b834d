// The events of a run's timeline as spans that can be drawn: attempts, and each node within them.
import type { TimelineEvent } from "../../api";

export interface Span {
  from: number;
  /** Undefined while it goes on. */
  to?: number;
  status?: string;
  attempt: number;
}

export interface Lane {
  name: string;
  spans: Span[];
}

export interface Drawn {
  start: number;
  attempts: Span[];
  lanes: Lane[];
}

/**
 * How much of a node's last span it worked: from its first to its last activity. Nodes are open from the start of a
 * run to its end, whatever they have to do. Undefined where it isn't known or goes on.
 */
export function workedShare(span: Span, isLast: boolean, seconds: number | undefined): number | undefined {
  if (!isLast || span.to === undefined || seconds === undefined) return undefined;
  const open = (span.to - span.from) / 1000;
  return open > 0 ? Math.min(1, seconds / open) : undefined;
}

export function spansOf(events: TimelineEvent[]): Drawn | undefined {
  const times = events.map((event) => Date.parse(event.at)).filter((at) => !Number.isNaN(at));
  if (times.length === 0) return undefined;
  const attempts: Span[] = [];
  const lanes = new Map<string, Lane>();
  let attempt = 1;
  const close = (at: number, status?: string) => {
    const last = attempts[attempts.length - 1];
    if (last && last.to === undefined) Object.assign(last, { to: at, status });
    for (const lane of lanes.values()) {
      const open = lane.spans[lane.spans.length - 1];
      if (open && open.to === undefined) Object.assign(open, { to: at, status });
    }
  };
  for (const event of events) {
    const at = Date.parse(event.at);
    if (event.type === "started" || event.type === "attempt") {
      const number = event.attempt ?? (event.type === "started" ? 1 : attempt + 1);
      if (attempts.length > 0 && attempts[attempts.length - 1].attempt === number) continue;
      close(at);
      attempt = number;
      attempts.push({ from: at, attempt });
    } else if (event.type === "retrying") close(at, "failed");
    else if (event.type === "finished") close(at, event.status);
    else if (event.type === "node_started" && event.node) {
      const lane = lanes.get(event.node) ?? { name: event.node, spans: [] };
      lane.spans.push({ from: at, attempt: event.attempt ?? attempt, status: "running" });
      lanes.set(event.node, lane);
    } else if (event.type === "node_finished" && event.node) {
      const spans = lanes.get(event.node)?.spans ?? [];
      const open = spans[spans.length - 1];
      if (open) Object.assign(open, { to: at, status: event.status ?? "succeeded" });
    }
  }
  return { start: Math.min(...times), attempts, lanes: [...lanes.values()] };
}
