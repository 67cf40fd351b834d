// Who made a plugin, which bytes are loaded, how much it did, and who depends on it.
import type { Plugin, PluginVersion } from "../../api";
import { addresses, Link } from "../../app/router";
import { figure, seconds } from "../../charts";
import { Card, Copyable, formatBytes } from "../../ui";

export function PluginFacts({ plugin, version }: { plugin: Plugin; version?: PluginVersion }) {
  const { use } = plugin;
  return (
    <div className="plugin-facts">
      <Card title="About">
        <dl>
          <Fact name="Name">{plugin.name}</Fact>
          {version && <Fact name="Version">{version.version}</Fact>}
          {plugin.publisher && <Fact name="Publisher">{plugin.publisher}</Fact>}
          {plugin.license && <Fact name="License">{plugin.license}</Fact>}
          {plugin.homepage && /^https?:\/\//.test(plugin.homepage) && (
            <Fact name="Home page"><a href={plugin.homepage} target="_blank" rel="noreferrer noopener">{plugin.homepage}</a></Fact>
          )}
          <Fact name="Pinned digest">
            {version?.digest ? <Copyable text={version.digest} short={22} /> : "none: it is not loaded without one"}
          </Fact>
          {version?.found_digest && version.found_digest !== version.digest && (
            <Fact name="Found digest"><Copyable text={version.found_digest} short={22} /></Fact>
          )}
          {version?.folder && <Fact name="Folder"><code>{version.folder}</code></Fact>}
          {version?.manifest && <Fact name="Manifest"><code>{version.manifest}</code></Fact>}
        </dl>
      </Card>
      <Card title="Use">
        <dl>
          <Fact name="Runs">{use?.runs === undefined ? "not known" : figure(use.runs)}</Fact>
          {use?.rows_out !== undefined && <Fact name="Rows handed on">{figure(use.rows_out)}</Fact>}
          {use?.seconds !== undefined && <Fact name="Time in its nodes">{seconds(use.seconds)}</Fact>}
          {use?.memory_peak_bytes !== undefined && (
            <Fact name="Most memory">{formatBytes(use.memory_peak_bytes)} in a worker, {formatBytes(use.memory_mean_bytes ?? 0)} on average</Fact>
          )}
          {use?.cpu_seconds !== undefined && <Fact name="Processor time">{seconds(use.cpu_seconds)} of its workers</Fact>}
          <Fact name="Crashes">
            {plugin.crashes.length === 0 ? "none" : <Link to="?tab=crashes">{figure(plugin.crashes.length)}</Link>}
          </Fact>
        </dl>
      </Card>
      <Card title="Used by">
        {plugin.pipelines.length === 0
          ? <p className="plugin-quiet">No pipeline that you may see.</p>
          : (
            <ul className="plugin-names">
              {plugin.pipelines.map((name) => <li key={name}><Link to={addresses.pipeline(name)}>{name}</Link></li>)}
            </ul>
          )}
      </Card>
      {version?.limits && Object.keys(version.limits).length > 0 && (
        <Card title="Limits">
          <dl>
            {Object.entries(version.limits).map(([name, value]) => (
              <Fact key={name} name={name}>{limitText(name, value)}</Fact>
            ))}
          </dl>
        </Card>
      )}
    </div>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

export function limitText(name: string, value: unknown): string {
  if (typeof value !== "number") return String(value);
  if (name === "memory") return formatBytes(value);
  return ["wall", "stall", "grace"].includes(name) ? seconds(value) : figure(value);
}
