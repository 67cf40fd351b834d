// Limits, permissions and defaults of a manifest as fields. Each edit changes its keys in the text and nothing else.
import { useEffect, useState } from "react";
import type { Document } from "yaml";
import type { Component, PluginVersion } from "../../api";
import { useSession } from "../../app/session";
import { SchemaForm } from "../../forms";
import { Card, Select, TextField } from "../../ui";
import { valueAt, withValue } from "./manifestText";

interface Props {
  text: string;
  doc: Document.Parsed | undefined;
  version: PluginVersion;
  onChange: (text: string) => void;
}

interface Entry {
  path: string[];
  label: string;
  help: string;
  kind: "text" | "count" | "list";
}

const limits: Entry[] = [
  { path: ["spec", "limits", "memory"], label: "Memory", help: "Such as 512MiB or 8GiB.", kind: "text" },
  { path: ["spec", "limits", "wall"], label: "Longest run", help: "Such as 90s, 30m or 2h.", kind: "text" },
  { path: ["spec", "limits", "stall"], label: "Longest silence", help: "Without progress, a worker is ended.", kind: "text" },
  { path: ["spec", "limits", "grace"], label: "Time to stop", help: "After a cancel, before it is killed.", kind: "text" },
  { path: ["spec", "limits", "threads"], label: "Threads", help: "At most so many.", kind: "count" },
  { path: ["spec", "limits", "pids"], label: "Processes", help: "At most so many.", kind: "count" },
  { path: ["spec", "limits", "files"], label: "Open files", help: "At most so many.", kind: "count" },
];
const grants: Entry[] = [
  { path: ["spec", "permissions", "net"], label: "Network", help: "host:port patterns, with commas.", kind: "list" },
  { path: ["spec", "permissions", "secrets"], label: "Secrets", help: "Names or patterns, with commas.", kind: "list" },
  { path: ["spec", "permissions", "paths", "read"], label: "Reads files", help: "Folders, with commas.", kind: "list" },
  { path: ["spec", "permissions", "paths", "write"], label: "Writes files", help: "Folders, with commas.", kind: "list" },
  { path: ["spec", "permissions", "state"], label: "Keeps state", help: "Such as 64MiB.", kind: "text" },
  { path: ["spec", "permissions", "temp"], label: "Scratch space", help: "Such as 10GiB.", kind: "text" },
  { path: ["spec", "permissions", "gpu"], label: "GPU", help: "Which, or none.", kind: "text" },
];

export function ManifestForms({ text, doc, version, onChange }: Props) {
  if (!doc) return <p className="plugin-quiet">The fields are back once the text is valid YAML.</p>;
  const fields = (entries: Entry[]) => entries.map((entry) => (
    <ManifestField
      key={entry.path.join(".")}
      entry={entry}
      value={valueAt(doc, entry.path)}
      onChange={(value) => onChange(withValue(text, entry.path, value))}
    />
  ));
  return (
    <div className="plugin-forms">
      <Card title="Limits" subtitle="Empty fields leave the host's own."><div className="plugin-fields">{fields(limits)}</div></Card>
      <Card title="Permissions" subtitle="Only what the publisher asks for can be granted.">
        <div className="plugin-fields">{fields(grants)}</div>
      </Card>
      <Defaults text={text} doc={doc} components={version.components ?? []} onChange={onChange} />
    </div>
  );
}

/** What is typed stays as typed until it is left: the text of the manifest changes once. */
function ManifestField({ entry, value, onChange }: { entry: Entry; value: unknown; onChange: (value: unknown) => void }) {
  const shown = Array.isArray(value) ? value.join(", ") : value === undefined || value === null ? "" : String(value);
  const [typed, setTyped] = useState(shown);
  useEffect(() => setTyped(shown), [shown]);
  const wrong = entry.kind === "count" && typed !== "" && !/^\d+$/.test(typed.trim());
  const leave = () => {
    if (wrong || typed === shown) return;
    const plain = typed.trim();
    if (plain === "") onChange(undefined);
    else if (entry.kind === "list") onChange(plain.split(",").map((part) => part.trim()).filter(Boolean));
    else onChange(entry.kind === "count" ? Number(plain) : plain);
  };
  return (
    <TextField
      label={entry.label}
      help={entry.help}
      error={wrong ? "A whole number." : undefined}
      inputMode={entry.kind === "count" ? "numeric" : undefined}
      value={typed}
      onChange={setTyped}
      onBlur={leave}
      onKeyDown={(event) => event.key === "Enter" && leave()}
    />
  );
}

function Defaults({ text, doc, components, onChange }: Omit<Props, "version" | "doc"> & { doc: Document.Parsed; components: Component[] }) {
  const [name, setName] = useState(components[0]?.name ?? "");
  const [part, setPart] = useState<"defaults" | "locked">("defaults");
  const { project } = useSession();
  const component = components.find((entry) => entry.name === name);
  if (!component) return null;
  const path = ["spec", part, name];
  // A default need not be a whole configuration.
  const { required: _, ...schema } = component.config as Record<string, unknown>;
  return (
    <Card title="Values of components" subtitle="Defaults can be changed by a pipeline, locked values can't.">
      <div className="plugin-tools">
        <Select
          label="Component"
          value={name}
          onChange={setName}
          options={components.map((entry) => ({ value: entry.name, label: entry.title }))}
        />
        <Select
          label="Values"
          value={part}
          onChange={(value) => setPart(value as "defaults" | "locked")}
          options={[{ value: "defaults", label: "Defaults" }, { value: "locked", label: "Locked" }]}
        />
      </div>
      <SchemaForm
        key={path.join(".")}
        schema={schema}
        value={(valueAt(doc, path) ?? {}) as Record<string, unknown>}
        context={{ component: { plugin: component.plugin, name: component.name }, project: project ?? "default" }}
        onChange={(value: unknown) => onChange(withValue(text, path, Object.keys(value as object).length > 0 ? value : undefined))}
      />
    </Card>
  );
}
