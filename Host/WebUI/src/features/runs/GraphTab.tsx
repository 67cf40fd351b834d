// The run as a live graph, with the figures, log lines and findings of the chosen node beside it.
import { useMemo } from "react";
import type { Run } from "../../api";
import { LiveGraph } from "../../graph";
import { EmptyState } from "../../ui";
import { NodePanel } from "./NodePanel";
import { graphOf } from "./runGraph";
import type { NodeRate } from "./useLiveRun";

interface Props {
  run: Run;
  rates: Map<string, NodeRate>;
  node: string;
  onNode: (node: string | null) => void;
}

export function GraphTab({ run, rates, node, onNode }: Props) {
  const graph = useMemo(() => graphOf(run, rates), [run, rates]);
  if (run.nodes.length === 0) {
    return <EmptyState icon="runs" title="No nodes yet" text="They appear when a worker takes the run." />;
  }
  const chosen = run.nodes.find((entry) => entry.name === node);
  return (
    <div className={chosen ? "run-graph has-panel" : "run-graph"}>
      <LiveGraph
        label={`Run of ${run.pipeline.name}`}
        nodes={graph.nodes}
        edges={graph.edges}
        selected={chosen?.name}
        onSelect={(id) => onNode(id ?? null)}
        height="100%"
      />
      {chosen && <NodePanel run={run} node={chosen} rate={rates.get(chosen.name)} onClose={() => onNode(null)} />}
    </div>
  );
}
