// All plugins of this host: what each offers, whether it is loaded, and why not.
import { useMemo, useState } from "react";
import { type Plugins, type PluginSummary, useResource } from "../../api";
import { useCommand } from "../../app/commands";
import { addresses, Link, useQueryState } from "../../app/router";
import { useSession } from "../../app/session";
import { Badge, Button, EmptyState, Page, plural, ProblemView, RelativeTime, Select, Skeleton, StatusBadge, TextField, useToast } from "../../ui";
import { PluginIcon } from "./PluginIcon";
import { scanPlugins, setEnabled } from "./requests";
import "./plugins.css";

const states = [
  { value: "", label: "All states" }, { value: "ready", label: "Ready" }, { value: "disabled", label: "Disabled" },
  { value: "refused", label: "Not loaded" }, { value: "available", label: "Not enabled" },
];

export default function PluginsPage() {
  const { user } = useSession();
  const toast = useToast();
  const [text, setText] = useQueryState("q");
  const [state, setState] = useQueryState("state");
  const [kind, setKind] = useQueryState("kind");
  const [busy, setBusy] = useState(false);
  const { data, problem, loading, reload } = useResource<Plugins>("/plugins", undefined, {
    on: (event) => event.type.startsWith("plugin."),
  });
  const scan = async () => {
    setBusy(true);
    try {
      const { items } = await scanPlugins();
      const refused = items.filter((plugin) => plugin.state === "refused").length;
      toast.show(`${plural(items.length, "plugin")} found${refused ? `, ${refused} not loaded` : ""}.`);
    } catch (thrown) {
      toast.problem(thrown);
    }
    setBusy(false);
  };
  const reason = user.admin ? undefined : "Only an admin of this host scans plugins.";
  useCommand(user.admin ? { id: "plugins.scan", title: "Scan plugins", group: "Plugins", icon: "refresh", run: () => void scan() } : null);
  const kinds = useMemo(() => [...new Set((data?.items ?? []).flatMap((plugin) => plugin.kinds ?? []))].sort(), [data]);
  const wanted = text.trim().toLowerCase();
  const shown = (data?.items ?? []).filter((plugin) =>
    (state === "" || plugin.state === state) && (kind === "" || (plugin.kinds ?? []).includes(kind as never)) &&
    [plugin.name, plugin.title, plugin.publisher ?? "", ...plugin.components].join(" ").toLowerCase().includes(wanted)
  );
  const button = <Button icon="refresh" busy={busy} reason={reason} onClick={() => void scan()}>Scan</Button>;
  return (
    <Page title="Plugins" actions={button}>
      <div className="plugin-tools" role="group" aria-label="Filter">
        <TextField label="Search plugins" hideLabel type="search" placeholder="Search plugins and components" value={text} onChange={setText} data-search />
        <Select label="State" hideLabel value={state} onChange={setState} options={states} />
        <Select
          label="Kind"
          hideLabel
          value={kind}
          onChange={setKind}
          options={[{ value: "", label: "All kinds" }, ...kinds.map((value) => ({ value, label: value }))]}
        />
      </div>
      {problem && !data && <ProblemView problem={problem} onRetry={() => void reload()} />}
      {loading && <Skeleton lines={8} />}
      {data?.items.length === 0 && (
        <EmptyState title="No plugins yet" text="A plugin is a folder in the host's plugins folder. Put one there, then scan." action={button} />
      )}
      {data && data.items.length > 0 && shown.length === 0 && <EmptyState title="No plugin fits" text="Choose another word, state or kind." />}
      <ul className="plugin-grid">
        {shown.map((plugin) => <li key={plugin.name}><PluginCard plugin={plugin} /></li>)}
      </ul>
    </Page>
  );
}

function PluginCard({ plugin }: { plugin: PluginSummary }) {
  return (
    <article className={`plugin-card is-${plugin.state}`}>
      <header>
        <PluginIcon name={plugin.name} own={plugin.icon} kinds={plugin.kinds} size={28} />
        <div className="plugin-card-name">
          <h2><Link to={addresses.plugin(plugin.name)}>{plugin.title}</Link></h2>
          <span className="plugin-quiet">
            {[plugin.name, plugin.versions.join(", "), plugin.publisher].filter(Boolean).join(" · ")}
          </span>
        </div>
        <StatusBadge status={plugin.state} />
      </header>
      {plugin.components.length > 0 && (
        <p className="plugin-kinds">
          {(plugin.kinds ?? []).map((kind) => <Badge key={kind} icon={kind}>{kind}</Badge>)}
          <span className="plugin-quiet">{plugin.components.join(", ")}</span>
        </p>
      )}
      {plugin.problem && (
        <p className="plugin-why"><strong>{plugin.problem.title}.</strong> {plugin.problem.detail} {plugin.problem.next}</p>
      )}
      <footer className="plugin-quiet">
        {plugin.runs !== undefined && <span>{plural(plugin.runs, "run")}</span>}
        <span className={plugin.crashes > 0 ? "plugin-crashes" : undefined}>
          {plugin.crashes === 0
            ? "no crash"
            : (
              <Link to={`${addresses.plugin(plugin.name)}?tab=crashes`}>
                {plural(plugin.crashes, "crash", "crashes")}
              </Link>
            )}
          {plugin.last_crash_at && <>, last <RelativeTime at={plugin.last_crash_at} /></>}
        </span>
        {plugin.digest && <code title={plugin.digest}>{plugin.digest.replace(/^sha256:/, "").slice(0, 12)}</code>}
        <EnableButton plugin={plugin} />
      </footer>
    </article>
  );
}

function EnableButton({ plugin }: { plugin: PluginSummary }) {
  const { user } = useSession();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  if (plugin.state === "ready") return null;
  const enable = async () => {
    setBusy(true);
    try {
      const after = await setEnabled(plugin.name, true);
      toast.show(after.state === "ready" ? `${plugin.title} is ready.` : `${plugin.title} is not loaded; its card says why.`);
    } catch (thrown) {
      toast.problem(thrown);
    }
    setBusy(false);
  };
  return (
    <Button
      size="small"
      className="plugin-enable"
      busy={busy}
      reason={user.admin ? undefined : "Only an admin of this host enables plugins."}
      onClick={() => void enable()}
    >
      {plugin.state === "refused" ? "Pin and load" : "Enable"}
    </Button>
  );
}
