// One run as it stands: what the host has kept, with the figures of live progress laid over it.
import { useEffect, useMemo, useRef, useState } from "react";
import { type NodeReport, type Run, useEvents, useResource } from "../../api";
import { heldOf } from "./waits";
import { isFinished } from "./words";

export interface NodeRate {
  /** Rows per second out of the node over the last progress events. */
  rows?: number;
  /** By input: the share of that time in which rows waited for the node. */
  held: Map<string, number>;
}

interface Moment {
  at: number;
  nodes: NodeReport[];
  rows: Map<string, number>;
  held: Map<string, number>;
}

/** Rates are taken over about this long, so that one quick event does not make them jump. */
const windowMilliseconds = 3000;

export function useLiveRun(id: string) {
  const path = `/runs/${encodeURIComponent(id)}`;
  const resource = useResource<Run>(path, undefined, {
    on: (event) => event.subject === id && event.type.startsWith("run.")
      && event.type !== "run.progress" && event.type !== "run.log",
  });
  const [progress, setProgress] = useState<NodeReport[]>();
  const [rates, setRates] = useState<Map<string, NodeRate>>(new Map());
  const moments = useRef<Moment[]>([]);
  useEffect(() => {
    setProgress(undefined);
    setRates(new Map());
    moments.current = [];
  }, [id]);

  useEvents(["run.progress"], (event) => {
    if (event.subject !== id) return;
    const nodes = (event.body as { nodes?: NodeReport[] }).nodes;
    if (!Array.isArray(nodes)) return;
    setProgress(nodes);
    const at = Date.parse(event.at);
    const rows = new Map(nodes.flatMap((node) => (node.rows_out === undefined ? [] : [[node.name, node.rows_out]])));
    moments.current = [...moments.current.filter((moment) => at - moment.at <= windowMilliseconds), { at, nodes, rows, held: heldOf(nodes) }];
    setRates(ratesOf(moments.current));
  });

  const run = useMemo(() => {
    const kept = resource.data;
    if (!kept || !progress || isFinished(kept.status)) return kept;
    const live = new Map(progress.map((node) => [node.name, node]));
    return { ...kept, nodes: kept.nodes.length === 0 ? progress : kept.nodes.map((node) => live.get(node.name) ?? node) };
  }, [resource.data, progress]);
  return { ...resource, run, rates: run && !isFinished(run.status) ? rates : new Map<string, NodeRate>() };
}

function ratesOf(moments: Moment[]): Map<string, NodeRate> {
  const [first, last] = [moments[0], moments[moments.length - 1]];
  const rates = new Map<string, NodeRate>();
  if (!first || first === last || last.at <= first.at) return rates;
  const seconds = (last.at - first.at) / 1000;
  for (const { name, waits } of last.nodes) {
    const [before, now] = [first.rows.get(name), last.rows.get(name)];
    const rows = before === undefined || now === undefined ? undefined : Math.max(0, (now - before) / seconds);
    const held = new Map((waits ?? []).map(({ input }): [string, number] => {
      const key = `${name} ${input}`;
      return [input, Math.max(0, (last.held.get(key) ?? 0) - (first.held.get(key) ?? 0)) / seconds];
    }));
    rates.set(name, { rows, held });
  }
  return rates;
}
