// A new connection: of which component, under which name, with what.
import { useState } from "react";
import { type ComponentList, useResource } from "../../api";
import { addresses, Link, navigate, useQueryState } from "../../app/router";
import { useSession } from "../../app/session";
import { Card, EmptyState, Page, ProblemView, Select, Skeleton, TextField } from "../../ui";
import { ConnectionForm } from "./ConnectionForm";
import { namePattern } from "./connectionWords";
import "./connections.css";

/** What reaches outside the host, and so has something to connect to. */
const kinds = ["provider", "source", "sink", "notifier"];

export default function NewConnectionPage() {
  const { project: current, projects, can, why } = useSession();
  const mine = projects.filter((entry) => can("admin", entry.name)).map((entry) => entry.name);
  const components = useResource<ComponentList>("/components");
  const [use, setUse] = useQueryState("use");
  const [wanted, setWanted] = useState(current ?? "");
  const [name, setName] = useState("");
  const [config, setConfig] = useState<Record<string, unknown>>({});
  const project = mine.includes(wanted) ? wanted : mine[0];
  const offered = (components.data?.items ?? []).filter((item) => kinds.includes(item.kind))
    .sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || a.title.localeCompare(b.title));
  const component = components.data?.items.find((item) => `${item.plugin}/${item.name}` === use);
  const misnamed = name !== "" && !namePattern.test(name) ? "Letters, digits, - and _, a letter first." : undefined;
  return (
    <Page title="New connection" trail={<Link to="/connections">Connections</Link>} narrow>
      {components.problem && !components.data && <ProblemView problem={components.problem} onRetry={() => void components.reload()} />}
      {components.loading && <Skeleton lines={6} />}
      {components.data && offered.length === 0 && <EmptyState title="Nothing to connect to" text="Enable a plugin with a source, a sink, a provider or a notifier first." action={<Link to="/plugins">Plugins</Link>} />}
      {offered.length > 0 && (
        <Card>
          <div className="connection-form">
            <Select label="Component" value={use} onChange={(next) => { setUse(next); setConfig({}); }} placeholder="Choose what to connect to"
              options={offered.map((item) => ({ value: `${item.plugin}/${item.name}`, label: `${item.title}, ${item.kind}` }))} />
            {mine.length > 1 && <Select label="Project" value={project ?? ""} onChange={setWanted} options={mine} />}
            <TextField label="Name" required value={name} onChange={setName} error={misnamed} help="Nodes use it as “connection: NAME”." />
            {component && (
              <ConnectionForm key={use} component={component} project={project ?? current ?? ""} name={name} config={config} onConfig={setConfig} revision={0}
                reason={(project ? undefined : why("admin") ?? "This needs the role admin in a project.") ?? (name === "" ? "It needs a name." : misnamed)}
                testReason={why("editor", project)} onSaved={(saved) => navigate(addresses.connection(saved.connection.project, saved.connection.name))} />
            )}
          </div>
        </Card>
      )}
    </Page>
  );
}
