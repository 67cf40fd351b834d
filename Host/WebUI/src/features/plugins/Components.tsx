// The components of a plugin version: ports, configuration as a table, docs and examples.
import { useMemo } from "react";
import type { Component } from "../../api";
import { useQueryState } from "../../app/router";
import { type Column, SimpleTable } from "../../table";
import { Badge, Card, Copyable, EmptyState, Icon, Markdown } from "../../ui";
import { type SchemaRow, schemaRows } from "./schemaRows";

export function Components({ components }: { components: Component[] }) {
  const [wanted, setWanted] = useQueryState("component");
  if (components.length === 0) {
    return <EmptyState title="No components known" text="The host asks a plugin for them when it is enabled." />;
  }
  const chosen = components.find(({ name }) => name === wanted) ?? components[0];
  return (
    <div className="plugin-components">
      <nav aria-label="Components">
        <ul>
          {components.map((component) => (
            <li key={component.name}>
              <button
                type="button"
                aria-current={component === chosen ? "true" : undefined}
                onClick={() => setWanted(component.name)}
              >
                <Icon name={component.kind} />
                <span>{component.title}</span>
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <ComponentDocs key={chosen.name} component={chosen} />
    </div>
  );
}

const columns: Column<SchemaRow>[] = [
  { key: "path", title: "Key", kind: "id", render: (row) => <><code>{row.path}</code>{row.required && " (required)"}</> },
  { key: "type", title: "Type" },
  { key: "standard", title: "Default", kind: "id" },
  { key: "allowed", title: "Allowed", value: (row) => row.allowed || undefined },
  { key: "text", title: "Meaning", value: (row) => row.text || row.title },
];

function ComponentDocs({ component }: { component: Component }) {
  const rows = useMemo(() => schemaRows(component.config), [component]);
  const traits = [
    component.deterministic && "deterministic", component.adapts && "inserted by the host where it fits",
    component.pushdown?.length && `honours ${component.pushdown.join(", ")} of a scan`,
  ].filter(Boolean);
  return (
    <div className="plugin-component">
      <Card
        title={component.title}
        subtitle={component.summary}
        actions={<Copyable text={`${component.plugin}/${component.name}`} label="Copy what a pipeline writes" />}
      >
        <p className="plugin-kinds">
          <Badge icon={component.kind}>{component.kind}</Badge>
          {traits.length > 0 && <span className="plugin-quiet">{traits.join("; ")}</span>}
        </p>
        <Ports title="Inputs" ports={component.inputs} />
        <Ports title="Outputs" ports={component.outputs} />
        {component.docs && <Markdown text={component.docs} />}
      </Card>
      <Card title="Configuration" flush>
        <SimpleTable
          label={`Configuration of ${component.title}`}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.path}
          empty={<p className="plugin-none">It takes no configuration.</p>}
        />
      </Card>
      {component.examples.length > 0 && (
        <Card title="Examples">
          {component.examples.map((example) => (
            <div key={example.title} className="plugin-example">
              <h3>{example.title}</h3>
              <pre tabIndex={0} aria-label={`Example: ${example.title}`}>{JSON.stringify(example.config, null, 2)}</pre>
            </div>
          ))}
        </Card>
      )}
    </div>
  );
}

function Ports({ title, ports }: { title: string; ports: Component["inputs"] }) {
  if (ports.length === 0) return null;
  return (
    <p className="plugin-ports">
      <span className="plugin-quiet">{title}</span>
      {ports.map((port) => (
        <span key={port.name} className="plugin-port">
          <Icon name={port.type} /> {port.name}
          <span className="plugin-quiet">
            {port.type}{port.many ? ", any number" : ""}{port.required === false ? ", optional" : ""}
          </span>
        </span>
      ))}
    </p>
  );
}
