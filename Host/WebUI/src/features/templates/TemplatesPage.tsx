// The gallery of documents to begin with.
import { type Templates, useResource } from "../../api";
import { Button, EmptyState, Page, ProblemView, Skeleton } from "../../ui";
import { TemplateCard } from "./TemplateCard";
import "./templates.css";

export default function TemplatesPage() {
  const list = useResource<Templates>("/templates", undefined, { on: ({ type }) => type.startsWith("plugin.") });
  const items = list.data?.items;
  return (
    <Page title="Templates" subtitle="Pipelines to begin with; nothing is saved until you save it.">
      {list.problem && !items && <ProblemView problem={list.problem} onRetry={() => void list.reload()} />}
      {list.loading && <Skeleton lines={8} />}
      {items?.length === 0 && (
        <EmptyState icon="templates" title="This host has no templates" text="Begin with an empty canvas."
          action={<Button to="/pipelines/new">New pipeline</Button>} />
      )}
      {items && items.length > 0 && (
        <div className="template-grid">
          {items.map((template) => <TemplateCard key={template.name} template={template} onEnabled={() => void list.reload()} />)}
        </div>
      )}
    </Page>
  );
}
