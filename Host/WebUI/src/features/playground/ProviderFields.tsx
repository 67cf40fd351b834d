// What a connection leaves open, such as which model behind it: in the provider's own form, for this conversation only.
import type { Component, ConnectionEntry } from "../../api";
import { type Schema, SchemaForm } from "../../forms";
import { beyond } from "./question";

interface Props {
  connection: ConnectionEntry;
  component: Component;
  more: Record<string, unknown>;
  onMore: (more: Record<string, unknown>) => void;
}

export function ProviderFields({ connection, component, more, onMore }: Props) {
  const count = Object.keys(more).length;
  return (
    <details className="play-provider">
      <summary>Settings of {connection.name}{count > 0 && `, ${count} beyond the connection`}</summary>
      <SchemaForm schema={component.config as Schema} value={{ ...connection.config, ...more }} strict={false} onChange={(value) => onMore(beyond(connection.config, value))}
        context={{ plugin: component.plugin, component: component.name, project: connection.project }} />
    </details>
  );
}
