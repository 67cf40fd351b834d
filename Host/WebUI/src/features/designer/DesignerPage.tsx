// The designer: loads what it edits, then hands over to the workbench.
import { type ComponentList, type Pipeline, type Template, useResource } from "../../api";
import { useQuery } from "../../app/router";
import { Page, ProblemView, Skeleton } from "../../ui";
import { EMPTY_PIPELINE } from "../../document/edits";
import { Workbench } from "./Workbench";

export default function DesignerPage({ pipeline }: { pipeline?: string }) {
  const { template } = useQuery(["template"]);
  const opened = useResource<Pipeline>(pipeline === undefined ? null : `/pipelines/${encodeURIComponent(pipeline)}`);
  const model = useResource<Template>(pipeline !== undefined || !template ? null : `/templates/${template}`);
  const components = useResource<ComponentList>("/components", undefined, { on: (event) => event.type === "plugin.changed" });
  const problem = opened.problem ?? model.problem ?? components.problem;
  const waits = (pipeline !== undefined && !opened.data) || (template && !model.data) || !components.data;
  if (problem && waits) {
    return <Page title={pipeline ?? "New pipeline"}><ProblemView problem={problem} onRetry={() => void Promise.all([opened.reload(), model.reload(), components.reload()])} /></Page>;
  }
  if (waits || !components.data) return <Page title={pipeline ?? "New pipeline"}><Skeleton /></Page>;
  const text = opened.data?.document ?? model.data?.document ?? EMPTY_PIPELINE;
  return (
    <Workbench key={pipeline ?? `new ${template ?? ""}`} slot={pipeline ?? `new ${template ?? ""}`} name={pipeline} pipeline={opened.data} components={components.data.items}
      start={{ text, layout: opened.data?.layout ?? {}, etag: opened.etag }} />
  );
}
