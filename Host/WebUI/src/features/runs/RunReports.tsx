// What the plugins of a run show of their work: reports drawn like everyone's, and panels of their own.
import { useCallback, useMemo } from "react";
import { type FailingRows, get, type NodeReport, type Plugins, type PluginSummary, type Run, useResource } from "../../api";
import { addresses, Link } from "../../app/router";
import { EmptyState } from "../../ui";
import { PluginPanel, Report, type RowsRequest } from "../../reports";
import { panelData, pluginOf, reporting } from "./panelData";
import { isFinished } from "./words";

/** `only` names a plugin; without it all reports of the run are shown. */
export function RunReports({ run, only }: { run: Run; only?: string }) {
  const plugins = useResource<Plugins>("/plugins");
  const nodes = reporting(run, only);
  if (nodes.length === 0) {
    return <EmptyState title={isFinished(run.status) ? "No reports" : "No reports yet"} text="A check shows its work here once the run has ended." />;
  }
  return (
    <div className="run-reports">
      {nodes.map((node) => (
        <NodeReportView key={node.name} run={run} node={node} label={`Report of ${node.name}${only === undefined ? "" : ` in ${run.pipeline.name}`}`} plugin={plugins.data?.items.find((item) => item.name === pluginOf(node))} />
      ))}
    </div>
  );
}

function NodeReportView({ run, node, label, plugin }: { run: Run; node: NodeReport; label: string; plugin?: PluginSummary }) {
  const data = useMemo(() => panelData(run, node), [run, node]);
  const rows = useCallback(async ({ finding, limit }: RowsRequest) => {
    const at = data.findings[finding]?.at;
    if (at === undefined) throw new Error(`There is no finding ${finding} here.`);
    const page = await get<FailingRows>(`/runs/${run.run}/findings/${at}/rows`, { limit });
    return { columns: page.schema.map(({ name, type }) => ({ name, type })), rows: page.rows, total: page.total };
  }, [run.run, data]);
  return (
    <section className="run-report" aria-label={label}>
      <header>
        <h2>{node.name}</h2>
        <Link to={`${addresses.run(run.run)}?node=${encodeURIComponent(node.name)}`}>{node.use.replace(/@.*$/, "")}</Link>
      </header>
      {plugin?.panel && <PluginPanel plugin={plugin.name} title={`${plugin.title}, panel for ${node.name}`} data={data} rows={rows} />}
      <Report report={node.report} about={label.replace("Report of ", "")} />
    </section>
  );
}
