// One plugin: docs, components, permissions, manifest, crashes, use, and its versions side by side.
import { lazy, Suspense, useState } from "react";
import { type Plugin, useResource } from "../../api";
import { Link, useQueryState } from "../../app/router";
import { useSession } from "../../app/session";
import { Button, ConfirmDialog, EmptyState, Markdown, NotFoundPage, Page, ProblemView, Select, Skeleton, StatusBadge, Tabs } from "../../ui";
import { Components } from "./Components";
import { Crashes } from "./Crashes";
import { LatestReports } from "./LatestReports";
import { Permissions } from "./Permissions";
import { PluginIcon } from "./PluginIcon";
import { setEnabled } from "./requests";
import { PluginFacts } from "./PluginFacts";
import { VersionTable } from "./VersionTable";
import "./plugins.css";

// It brings the YAML reader, which nothing else here needs.
const Manifest = lazy(() => import("./Manifest"));

export default function PluginPage({ plugin: name }: { plugin: string }) {
  const { user } = useSession();
  const [tab, setTab] = useQueryState("tab", "overview", { push: true });
  const [wanted, setWanted] = useQueryState("version");
  const { data, problem, reload } = useResource<Plugin>(`/plugins/${encodeURIComponent(name)}`, undefined, {
    on: (event) => event.type.startsWith("plugin."),
  });
  if (problem && !data) {
    if (problem.status === 404) return <NotFoundPage what="plugin" back={{ to: "/plugins", title: "Plugins" }} />;
    return <Page title={name}><ProblemView problem={problem} onRetry={() => void reload()} /></Page>;
  }
  if (!data) return <Page title={name}><Skeleton lines={8} /></Page>;
  const version = data.versions.find((entry) => entry.version === wanted) ?? data.versions[0];
  const components = version?.components ?? [];
  const tabs = [
    { id: "overview", title: "Overview" },
    { id: "components", title: "Components", count: components.length },
    ...(data.panel || components.some(({ kind }) => kind === "check") ? [{ id: "reports", title: "Reports" }] : []),
    { id: "permissions", title: "Permissions" },
    ...(data.versions.length > 1 ? [{ id: "versions", title: "Versions", count: data.versions.length }] : []),
    { id: "crashes", title: "Crashes", count: data.crashes.length },
    ...(user.admin ? [{ id: "manifest", title: "Manifest" }] : []),
  ];
  const chosen = tabs.some(({ id }) => id === tab) ? tab : "overview";
  const panel = `plugin-${chosen}`;
  return (
    <Page
      title={<span className="plugin-title"><PluginIcon name={name} own={data.icon} />{data.title}</span>}
      name={data.title}
      trail={<Link to="/plugins">Plugins</Link>}
      subtitle={<StatusBadge status={data.state} />}
      actions={(
        <>
          {data.versions.length > 1 && (
            <Select
              label="Version"
              hideLabel
              size="small"
              value={version?.version ?? ""}
              onChange={setWanted}
              options={data.versions.map((entry) => ({ value: entry.version, label: entry.version }))}
            />
          )}
          <EnableActions plugin={data} />
        </>
      )}
      tabs={<Tabs tabs={tabs} value={chosen} onChange={setTab} label={`Parts of ${data.title}`} panel={panel} />}
    >
      <div id={panel} role="tabpanel" aria-label={tabs.find(({ id }) => id === chosen)?.title} className="plugin-panel">
        {version?.problem && <ProblemView problem={version.problem} />}
        {chosen === "overview" && (
          <div className="plugin-overview">
            <div className="plugin-docs">
              <h2 className="visually-hidden">Docs</h2>
              {data.docs
                ? <Markdown text={data.docs} />
                : <EmptyState title="No docs" text="The plugin brings no README. Its components describe themselves." />}
            </div>
            <PluginFacts plugin={data} version={version} />
          </div>
        )}
        {chosen === "components" && <Components components={components} />}
        {chosen === "reports" && <LatestReports plugin={data} />}
        {chosen === "permissions" && version && <Permissions version={version} />}
        {chosen === "versions" && <VersionTable versions={data.versions} />}
        {chosen === "crashes" && <Crashes plugin={data} />}
        {chosen === "manifest" && version && (
          <Suspense fallback={<Skeleton lines={8} />}>
            <Manifest key={version.manifest} plugin={data} version={version} />
          </Suspense>
        )}
      </div>
    </Page>
  );
}

function EnableActions({ plugin }: { plugin: Plugin }) {
  const { user } = useSession();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const reason = user.admin ? undefined : "Only an admin of this host enables and disables plugins.";
  const enable = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await setEnabled(plugin.name, true);
    } catch (thrown) {
      setProblem(thrown);
    }
    setBusy(false);
  };
  if (plugin.state === "ready") {
    return (
      <>
        <Button reason={reason} onClick={() => setAsking(true)}>Disable</Button>
        {asking && (
          <ConfirmDialog
            title={`Disable ${plugin.title}`}
            confirm="Disable"
            danger
            onConfirm={async () => {
              await setEnabled(plugin.name, false);
            }}
            onClose={() => setAsking(false)}
          >
            {plugin.pipelines.length > 0
              ? <p>New runs of {plugin.pipelines.join(", ")} will fail until it is enabled again. Runs that have begun go on.</p>
              : <p>No pipeline uses it. Runs that have begun go on.</p>}
          </ConfirmDialog>
        )}
      </>
    );
  }
  return (
    <>
      {problem !== undefined && <ProblemView problem={problem as never} compact />}
      <Button kind="primary" busy={busy} reason={reason} onClick={() => void enable()}>
        {plugin.state === "refused" ? "Pin and load" : "Enable"}
      </Button>
    </>
  );
}
