// What a plugin's panel is told of a run: its own node, and nothing of others.
import type { Finding, NodeReport, Run } from "../../api";
import { hasRows } from "./findings";

export interface PanelData {
  place: "run";
  run: string;
  status: string;
  pipeline: string;
  node: string;
  report: unknown;
  findings: (Finding & { at: number; has_rows: boolean })[];
}

export const pluginOf = (node: NodeReport) => node.use.split("/")[0];

/** Nodes with a report; of one plugin, where it is named. */
export function reporting(run: Run, plugin?: string): NodeReport[] {
  return run.nodes.filter((node) => node.report !== undefined && (plugin === undefined || pluginOf(node) === plugin));
}

/** `at` is the finding's place in the run, by which its rows are read. */
export function panelData(run: Run, node: NodeReport): PanelData {
  return {
    place: "run", run: run.run, status: run.status, pipeline: run.pipeline.name, node: node.name, report: node.report ?? null,
    findings: run.findings.map((finding, at) => ({ ...finding, at, has_rows: hasRows(run, finding) }))
      .filter((finding) => finding.node === node.name),
  };
}
