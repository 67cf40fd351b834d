// What a publisher asks for beside what the admin grants.
import type { PluginVersion } from "../../api";
import { type Column, SimpleTable } from "../../table";
import { Badge, Card, formatBytes } from "../../ui";

interface Line {
  name: string;
  asked: unknown;
  granted: unknown;
}

const words: Record<string, string> = {
  net: "Network", secrets: "Secrets", read: "Reads files", write: "Writes files", state: "Keeps state", temp: "Scratch space",
  gpu: "GPU", threads: "Threads", exec: "Starts programs", experimental: "Experimental services",
  paths: "Paths of this machine",
};

export function Permissions({ version }: { version: PluginVersion }) {
  const asked = version.requests ?? {};
  const granted = flat(version.grants ?? {});
  const names = [...new Set([...Object.keys(asked), ...Object.keys(granted)])];
  const lines = names.map((name): Line => ({ name, asked: asked[name], granted: granted[name] }));
  const columns: Column<Line>[] = [
    { key: "name", title: "Permission", value: (line) => words[line.name] ?? line.name },
    { key: "asked", title: "The publisher asks for", value: (line) => text(line.asked, line.name) },
    { key: "granted", title: "The manifest grants", value: (line) => text(line.granted, line.name) },
    { key: "verdict", title: "So", render: (line) => <Verdict line={line} /> },
  ];
  return (
    <Card title={`Permissions of ${version.version}`} flush>
      <SimpleTable
        label="Permissions asked and granted"
        columns={columns}
        rows={lines}
        rowKey={(line) => line.name}
        empty={<p className="plugin-none">It asks for nothing, and nothing is granted.</p>}
      />
      <p className="plugin-none">
        This version holds plugins to their secrets and limits. What else is asked and granted is on record, and not yet enforced.
      </p>
    </Card>
  );
}

function Verdict({ line }: { line: Line }) {
  const [wants, has] = [!none(line.asked), !none(line.granted)];
  if (wants && has) return <Badge tone="ok" icon="tick">Granted</Badge>;
  if (wants) return <Badge tone="warn" icon="lock">Not granted</Badge>;
  if (has) return <Badge tone="warn" icon="warn">Granted without being asked for</Badge>;
  return <span className="plugin-quiet">not needed</span>;
}

/** The manifest keeps paths under one key, the publisher asks for them as two. */
function flat(grants: Record<string, unknown>): Record<string, unknown> {
  const { paths, read_paths, write_paths, readPaths, writePaths, ...rest } = grants;
  const both = (typeof paths === "object" && paths !== null ? paths : {}) as Record<string, unknown>;
  const found = { read: both.read ?? read_paths ?? readPaths, write: both.write ?? write_paths ?? writePaths };
  return { ...rest, ...Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) };
}

function none(value: unknown): boolean {
  return value === undefined || value === null || value === false || value === "" || value === "none" || value === "0" ||
    value === 0 || (Array.isArray(value) && value.length === 0);
}

function text(value: unknown, name: string): string {
  if (none(value)) return "nothing";
  if (typeof value === "number" && ["state", "temp"].includes(name)) return formatBytes(value);
  if (value === true) return "yes";
  if (Array.isArray(value)) return value.map(String).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
