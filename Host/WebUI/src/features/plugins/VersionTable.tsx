// Versions of a plugin side by side: what differs is marked.
import { useState } from "react";
import type { PluginVersion } from "../../api";
import { type Column, SimpleTable } from "../../table";
import { Card, Select, StatusBadge } from "../../ui";
import { limitText } from "./PluginFacts";
import { schemaRows } from "./schemaRows";

interface Line {
  name: string;
  left: string;
  right: string;
}

export function VersionTable({ versions }: { versions: PluginVersion[] }) {
  const [left, setLeft] = useState(versions[1]?.version ?? versions[0].version);
  const [right, setRight] = useState(versions[0].version);
  const found = (version: string) => versions.find((entry) => entry.version === version) ?? versions[0];
  const [before, after] = [found(left), found(right)];
  const options = versions.map((entry) => ({ value: entry.version, label: entry.version }));
  const column = (side: "left" | "right", version: string): Column<Line> => ({
    key: side, title: version,
    render: (line) => <span className={line.left === line.right ? undefined : "plugin-differs"}>{line[side] || "–"}</span>,
  });
  return (
    <Card title="Two versions side by side">
      <div className="plugin-tools">
        <Select label="Left" value={left} onChange={setLeft} options={options} />
        <Select label="Right" value={right} onChange={setRight} options={options} />
        <StatusBadge status={before.state} /> <StatusBadge status={after.state} />
      </div>
      <SimpleTable
        label={`Version ${left} beside ${right}`}
        columns={[{ key: "name", title: "What" }, column("left", left), column("right", right)]}
        rows={linesOf(before, after)}
        rowKey={(line) => line.name}
      />
    </Card>
  );
}

function linesOf(before: PluginVersion, after: PluginVersion): Line[] {
  const facts = (version: PluginVersion): Record<string, string> => ({
    "Why not loaded": version.problem ? `${version.problem.title}: ${version.problem.detail}` : "",
    "Pinned digest": version.digest ?? "", Manifest: version.manifest ?? "", Folder: version.folder ?? "",
    Limits: Object.entries(version.limits ?? {}).map(([name, value]) => `${name} ${limitText(name, value)}`).join(", "),
    Asks: JSON.stringify(version.requests ?? {}), Grants: JSON.stringify(version.grants ?? {}),
    ...Object.fromEntries((version.components ?? []).map((component) => [
      component.name, `${component.kind}; ${schemaRows(component.config).map((row) => row.path).join(", ") || "no configuration"}`,
    ])),
  });
  const [left, right] = [facts(before), facts(after)];
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return names
    .map((name) => ({ name, left: left[name] ?? "", right: right[name] ?? "" }))
    .filter((line) => line.left !== "" || line.right !== "");
}
