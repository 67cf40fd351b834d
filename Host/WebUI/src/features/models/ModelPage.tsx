// One model: the chosen version with its figures and where it came from, all versions, and what its aliases point at.
import { type Model, type ModelVersion, useResource } from "../../api";
import { addresses, Link, useQueryState } from "../../app/router";
import { useSession } from "../../app/session";
import { Button, EmptyState, NotFoundPage, Page, ProblemView, Select, Skeleton, Tabs } from "../../ui";
import { Aliases } from "./Aliases";
import { ModelLineage } from "./ModelLineage";
import { ModelOverview } from "./ModelOverview";
import { word } from "./modelWords";
import { ModelVersions } from "./ModelVersions";
import { RemoveVersion } from "./RemoveVersion";
import "./models.css";

const tabs = [
  { id: "overview", title: "Overview" }, { id: "versions", title: "Versions" },
  { id: "lineage", title: "Lineage" }, { id: "aliases", title: "Aliases" },
];

export default function ModelPage({ model: name }: { model: string }) {
  const { why } = useSession();
  const [tab, setTab] = useQueryState("tab", "overview", { push: true });
  const [wanted, setWanted] = useQueryState("version");
  const path = `/models/${encodeURIComponent(name)}`;
  const changes = { on: (event: { type: string; subject: string }) => event.type.startsWith("model.") && event.subject === name };
  const resource = useResource<Model>(path, undefined, changes);
  const { data, problem } = resource;
  const version = data?.versions.find((entry) => String(entry.version) === wanted) ?? data?.versions[0];
  const detail = useResource<ModelVersion>(version ? `${path}/versions/${version.version}` : null, undefined, changes);
  if (problem && !data) {
    if (problem.status === 404) return <NotFoundPage what="model" back={{ to: "/models", title: "Models" }} />;
    return <Page title={name}><ProblemView problem={problem} onRetry={() => void resource.reload()} /></Page>;
  }
  if (!data) return <Page title={name}><Skeleton lines={8} /></Page>;
  const chosen = tabs.some(({ id }) => id === tab) ? tab : "overview";
  const panel = `model-${chosen}`;
  const again = () => void Promise.all([resource.reload(), detail.reload()]);
  // A person describes the model; what registered a version may have described that.
  const subtitle = data.description || word(detail.data?.document.description);
  const actions = version && (
    <>
      {data.versions.length > 1 && (
        <Select
          label="Version"
          hideLabel
          size="small"
          value={String(version.version)}
          onChange={(value) => setWanted(value === String(data.versions[0].version) ? null : value)}
          options={data.versions.map((entry, at) => ({ value: String(entry.version), label: `Version ${entry.version}${at === 0 ? ", newest" : ""}` }))}
        />
      )}
      <Button icon="bolt" to={addresses.playground(data.project, `${name}@${version.aliases[0] ?? version.version}`)}>Try it</Button>
      <RemoveVersion model={name} version={version.version} reason={why("operator", data.project)} onRemoved={() => { setWanted(null); again(); }} />
    </>
  );
  return (
    <Page
      title={name}
      subtitle={subtitle}
      trail={<Link to="/models">Models</Link>}
      actions={actions}
      tabs={<Tabs tabs={tabs} value={chosen} onChange={setTab} label={`Parts of ${name}`} panel={panel} />}
    >
      <div id={panel} role="tabpanel" aria-label={tabs.find(({ id }) => id === chosen)?.title} className="model-panel">
        {chosen === "aliases" && <Aliases model={data} reason={why("operator", data.project)} onChange={again} />}
        {chosen === "versions" && data.versions.length > 0 && <ModelVersions model={name} versions={data.versions} />}
        {chosen !== "aliases" && !version && <EmptyState title="No version is left" text="The next run that registers it brings one." />}
        {version && (chosen === "overview" || chosen === "lineage") && (
          detail.data
            ? chosen === "overview" ? <ModelOverview version={detail.data} /> : <ModelLineage version={detail.data} />
            : detail.problem
              ? <ProblemView problem={detail.problem} onRetry={() => void detail.reload()} />
              : <Skeleton lines={8} />
        )}
      </div>
    </Page>
  );
}
