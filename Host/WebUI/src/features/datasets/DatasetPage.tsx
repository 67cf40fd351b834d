// One dataset: what it holds, how it looks, where it comes from, how it changed.
import { type Dataset, useResource } from "../../api";
import { address } from "../../api";
import { Link, useQueryState } from "../../app/router";
import { Button, EmptyState, NotFoundPage, Page, ProblemView, Select, Skeleton, Tabs } from "../../ui";
import { Comments } from "../comments";
import { DatasetQuality } from "./DatasetQuality";
import { Lineage } from "./Lineage";
import { Overview } from "./Overview";
import { datasetPath, versionPath } from "./paths";
import { Preview } from "./Preview";
import { Profile } from "./Profile";
import { Schema } from "./Schema";
import { Versions } from "./Versions";
import "./datasets.css";

const tabs = [
  { id: "overview", title: "Overview" }, { id: "schema", title: "Schema" }, { id: "profile", title: "Profile" },
  { id: "preview", title: "Preview" }, { id: "versions", title: "Versions" }, { id: "lineage", title: "Lineage" },
  { id: "quality", title: "Quality" }, { id: "comments", title: "Comments" },
];

export default function DatasetPage({ dataset: name }: { dataset: string }) {
  const [tab, setTab] = useQueryState("tab", "overview", { push: true });
  const [wanted, setWanted] = useQueryState("version");
  const resource = useResource<Dataset>(datasetPath(name), undefined, {
    on: (event) => event.type.startsWith("dataset.") && event.subject === name,
  });
  const { data, problem } = resource;
  if (problem && !data) {
    if (problem.status === 404) return <NotFoundPage what="dataset" back={{ to: "/datasets", title: "Datasets" }} />;
    return <Page title={name}><ProblemView problem={problem} onRetry={() => void resource.reload()} /></Page>;
  }
  if (!data) return <Page title={name}><Skeleton lines={8} /></Page>;
  const version = data.versions.find((entry) => String(entry.version) === wanted) ?? data.versions[0];
  const chosen = tabs.some(({ id }) => id === tab) ? tab : "overview";
  const panel = `dataset-${chosen}`;
  const download = version && (
    <a
      className="ui-button ui-button-secondary"
      href={address(versionPath(name, version.version, "/download"))}
      download
      title="The Parquet file as it was published"
    >
      Download
    </a>
  );
  const versions = data.versions.length > 1 && (
    <Select
      label="Version"
      hideLabel
      size="small"
      value={String(version?.version ?? "")}
      onChange={(value) => setWanted(value === String(data.versions[0].version) ? null : value)}
      options={data.versions.map((entry, at) => ({
        value: String(entry.version), label: `Version ${entry.version}${at === 0 ? ", newest" : ""}`,
      }))}
    />
  );
  return (
    <Page
      title={name}
      trail={<Link to="/datasets">Datasets</Link>}
      actions={<>{versions}{download}<Button kind="quiet" onClick={() => setTab("preview")}>See rows</Button></>}
      tabs={<Tabs tabs={tabs} value={chosen} onChange={setTab} label={`Parts of ${name}`} panel={panel} />}
      full={chosen === "preview"}
    >
      <div id={panel} role="tabpanel" aria-label={tabs.find(({ id }) => id === chosen)?.title} className="dataset-panel">
        {chosen === "overview" && <Overview resource={resource} dataset={data} version={version} onTab={setTab} />}
        {chosen === "comments" && <Comments subject={`dataset:${name}`} project={data.project} />}
        {chosen === "lineage" && <Lineage dataset={name} />}
        {chosen === "quality" && <DatasetQuality dataset={name} run={version?.run} />}
        {!version && ["schema", "profile", "preview", "versions"].includes(chosen) && (
          <EmptyState title="No version yet" text="The first run that publishes it brings columns and rows." />
        )}
        {version && chosen === "schema" && <Schema version={version} />}
        {version && chosen === "profile" && <Profile dataset={name} version={version.version} />}
        {version && chosen === "preview" && <Preview key={version.version} dataset={name} version={version} />}
        {version && chosen === "versions" && <Versions dataset={name} versions={data.versions} />}
      </div>
    </Page>
  );
}
