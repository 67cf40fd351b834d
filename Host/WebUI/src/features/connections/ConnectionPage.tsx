// One connection: its configuration, what became of it, and what it was used for.
import { useState } from "react";
import { type ComponentList, type Connection, type SavedConnection, send, useResource } from "../../api";
import { addresses, Link, navigate, useQueryState } from "../../app/router";
import { useSession } from "../../app/session";
import { Button, Card, ConfirmDialog, EmptyState, NotFoundPage, Page, ProblemView, Skeleton, Tabs, useToast } from "../../ui";
import { connectionWord } from "../playground/question";
import { ConnectionBudget } from "./ConnectionBudget";
import { ConnectionForm } from "./ConnectionForm";
import { ConnectionHistory } from "./ConnectionHistory";
import { ConnectionUse } from "./ConnectionUse";
import { connectionPath } from "./connectionWords";
import "./connections.css";
import { HealthLine } from "./Health";

const tabs = [{ id: "config", title: "Configuration" }, { id: "history", title: "History" }, { id: "use", title: "Use" }];

export default function ConnectionPage({ project, connection: name }: { project: string; connection: string }) {
  const { why } = useSession();
  const toast = useToast();
  const [tab, setTab] = useQueryState("tab", "config", { push: true });
  const [busy, setBusy] = useState(false);
  const [removing, setRemoving] = useState(false);
  const [edited, setEdited] = useState<{ revision: number; config: Record<string, unknown> }>();
  const resource = useResource<Connection>(connectionPath(project, name), undefined, {
    on: (event) => event.type.startsWith("connection.") && event.subject === name,
  });
  const components = useResource<ComponentList>("/components");
  const { data, problem } = resource;
  if (problem && !data) {
    if (problem.status === 404) return <NotFoundPage what="connection" back={{ to: "/connections", title: "Connections" }} />;
    return <Page title={name}><ProblemView problem={problem} onRetry={() => void resource.reload()} /></Page>;
  }
  if (!data) return <Page title={name}><Skeleton lines={8} /></Page>;
  const { connection } = data;
  const component = components.data?.items.find((item) => `${item.plugin}/${item.name}` === connection.use);
  const chosen = tabs.some(({ id }) => id === tab) ? tab : "config";
  const panel = `connection-${chosen}`;
  const admin = why("admin", project);
  const check = async () => {
    setBusy(true);
    try {
      await send<SavedConnection>("POST", connectionPath(project, name, "/check"));
    } catch (thrown) {
      toast.problem(thrown);
    }
    await resource.reload();
    setBusy(false);
  };
  const saved = () => {
    setEdited(undefined);
    void resource.reload();
  };
  // What is being edited stays: a save by somebody else shows as a refusal with the revision, never as other words in the form.
  const editing = edited ?? { revision: connection.revision, config: connection.config };
  return (
    <Page
      title={name}
      subtitle={`${component?.title ?? connection.use} in ${project}`}
      trail={<Link to="/connections">Connections</Link>}
      actions={(
        <>
          <Button icon="trash" reason={admin} onClick={() => setRemoving(true)}>Remove</Button>
          {component?.kind === "provider" && <Button icon="bolt" to={addresses.playground(project, connectionWord(name))}>Try it</Button>}
          <Button icon="refresh" kind="primary" busy={busy} reason={why("editor", project)} onClick={() => void check()}>Check now</Button>
        </>
      )}
      tabs={<Tabs tabs={tabs} value={chosen} onChange={setTab} label={`Parts of ${name}`} panel={panel} />}
    >
      <HealthLine health={connection.health} />
      <div id={panel} role="tabpanel" aria-label={tabs.find(({ id }) => id === chosen)?.title} className="connection-panel">
        {chosen === "config" && components.loading && <Skeleton lines={6} />}
        {chosen === "config" && components.data && !component && (
          <EmptyState title={`${connection.use} is not here`} text="Its plugin is not installed or not enabled, so there is no form. The configuration stands in the history." action={<Link to="/plugins">Plugins</Link>} />
        )}
        {chosen === "config" && component && (
          <Card title={`Revision ${editing.revision}`}>
            {edited && edited.revision !== connection.revision && (
              <p className="connection-theirs" role="status">Revision {connection.revision} was saved meanwhile. <Button size="small" onClick={() => setEdited(undefined)}>Take it</Button></p>
            )}
            <ConnectionForm component={component} project={project} name={name} config={editing.config} revision={editing.revision} reason={admin} testReason={why("editor", project)}
              onConfig={(config) => setEdited({ revision: editing.revision, config })} onSaved={saved} />
          </Card>
        )}
        {chosen === "history" && <ConnectionHistory connection={data} reason={admin} onChange={saved} />}
        {chosen === "use" && component?.kind === "provider" && <ConnectionBudget connection={data} reason={admin} onChange={() => void resource.reload()} />}
        {chosen === "use" && <ConnectionUse usage={data.usage} />}
      </div>
      {removing && (
        <ConfirmDialog title={`Remove ${name}?`} confirm="Remove" danger typed={name} onClose={() => setRemoving(false)}
          onConfirm={async () => { await send("DELETE", connectionPath(project, name)); navigate("/connections"); }}>
          Its history goes too. The host refuses while a pipeline names it.
        </ConfirmDialog>
      )}
    </Page>
  );
}
