// What a dataset is: words about it, the newest figures, where it comes from.
import { useState } from "react";
import {
  type ApiProblem, asProblem, type Dataset, type Datasets, type DatasetVersion, invalidate, type Lineage as LineageData,
  type Resource, send, useResource,
} from "../../api";
import { addresses, Link } from "../../app/router";
import { useSession } from "../../app/session";
import { bytes } from "../../charts";
import { Button, Card, Copyable, Figure, Markdown, ProblemView, RelativeTime, TextArea } from "../../ui";
import { datasetPath } from "./paths";
import { TagEditor } from "./TagEditor";

interface Props {
  resource: Resource<Dataset>;
  dataset: Dataset;
  version: DatasetVersion | undefined;
  onTab: (tab: string) => void;
}

export function Overview({ resource, dataset, version, onTab }: Props) {
  const all = useResource<Datasets>("/datasets", { limit: 1 });
  return (
    <div className="dataset-overview">
      <Description resource={resource} dataset={dataset} />
      <Card title="Tags">
        <TagEditor
          dataset={dataset.dataset}
          project={dataset.project}
          tags={dataset.tags}
          known={all.data?.tags ?? []}
          onSaved={resource.replace}
        />
      </Card>
      {version && <VersionFigures version={version} onTab={onTab} />}
      <Origins dataset={dataset.dataset} onTab={onTab} />
    </div>
  );
}

/** The text that is edited stays what it was while others save; their text is then offered beside it. */
function Description({ resource, dataset }: { resource: Resource<Dataset>; dataset: Dataset }) {
  const { why } = useSession();
  const [draft, setDraft] = useState<{ text: string; etag: string | null }>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem>();
  const [theirs, setTheirs] = useState<{ text: string; etag: string | null }>();
  const path = datasetPath(dataset.dataset);

  const save = async (etag: string | null) => {
    if (!draft) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const answer = await send<Dataset>("PATCH", path, { body: { description: draft.text }, ifMatch: etag });
      resource.replace(answer.data, answer.etag);
      invalidate("/datasets");
      setDraft(undefined);
      setTheirs(undefined);
    } catch (thrown) {
      const found = asProblem(thrown);
      if (found.status === 412) await readTheirs();
      else setProblem(found);
    }
    setBusy(false);
  };
  const readTheirs = async () => {
    try {
      const { data, etag } = await send<Dataset>("GET", path);
      setTheirs({ text: data.description ?? "", etag });
    } catch (thrown) {
      setProblem(asProblem(thrown));
    }
  };
  const close = () => {
    setDraft(undefined);
    setTheirs(undefined);
    setProblem(undefined);
    void resource.reload();
  };
  if (!draft) {
    return (
      <Card
        title="Description"
        actions={(
          <Button
            kind="quiet"
            size="small"
            icon="edit"
            reason={why("editor", dataset.project)}
            onClick={() => setDraft({ text: dataset.description ?? "", etag: resource.etag })}
          >
            Edit
          </Button>
        )}
      >
        {dataset.description
          ? <Markdown text={dataset.description} />
          : <p className="dataset-quiet">Nobody has described it yet.</p>}
      </Card>
    );
  }
  return (
    <Card title="Description">
      <TextArea
        label="Description in Markdown"
        rows={6}
        maxLength={10000}
        value={draft.text}
        onChange={(text) => setDraft({ ...draft, text })}
      />
      {theirs && (
        <div className="dataset-theirs" role="alert">
          <p>Someone else saved the dataset meanwhile. Its description now:</p>
          <Markdown text={theirs.text || "(empty)"} />
          <div className="dataset-acts">
            <Button onClick={close}>Take theirs</Button>
            <Button kind="primary" busy={busy} onClick={() => void save(theirs.etag)}>Keep mine</Button>
          </div>
        </div>
      )}
      {problem && <ProblemView problem={problem} onRetry={() => void save(draft.etag)} />}
      {!theirs && (
        <div className="dataset-acts">
          <Button onClick={close}>Cancel</Button>
          <Button kind="primary" busy={busy} onClick={() => void save(draft.etag)}>Save</Button>
        </div>
      )}
    </Card>
  );
}

function VersionFigures({ version, onTab }: { version: DatasetVersion; onTab: (tab: string) => void }) {
  return (
    <Card title={`Version ${version.version}`} actions={<Button kind="quiet" size="small" onClick={() => onTab("versions")}>All versions</Button>}>
      <dl className="dataset-facts">
        <div><dt>Rows</dt><dd><Figure value={version.rows} /></dd></div>
        <div><dt>Columns</dt><dd>{version.schema.length}</dd></div>
        <div><dt>Size</dt><dd>{bytes(version.bytes)}</dd></div>
        <div><dt>Published</dt><dd><RelativeTime at={version.published_at} /></dd></div>
        <div>
          <dt>By run</dt>
          <dd><Link to={addresses.run(version.run)}>{version.run.slice(-8)}</Link>, node {version.node}</dd>
        </div>
        {version.pipeline && (
          <div><dt>Pipeline</dt><dd><Link to={addresses.pipeline(version.pipeline)}>{version.pipeline}</Link></dd></div>
        )}
        <div><dt>Digest</dt><dd><Copyable text={version.digest} short={24} /></dd></div>
      </dl>
    </Card>
  );
}

function Origins({ dataset, onTab }: { dataset: string; onTab: (tab: string) => void }) {
  const { data, problem, reload } = useResource<LineageData>(datasetPath(dataset, "/lineage"), { depth: 2 });
  if (problem) return <Card title="Lineage"><ProblemView problem={problem} onRetry={() => void reload()} /></Card>;
  if (!data) return null;
  const self = data.nodes.find((node) => node.kind === "dataset" && node.name === dataset);
  const named = (ids: string[]) => data.nodes.filter((node) => ids.includes(node.id));
  const before = named(data.edges.filter((edge) => edge.to === self?.id).map((edge) => edge.from));
  const after = named(data.edges.filter((edge) => edge.from === self?.id).map((edge) => edge.to));
  return (
    <Card title="Lineage" actions={<Button kind="quiet" size="small" onClick={() => onTab("lineage")}>Graph</Button>}>
      <dl className="dataset-facts">
        <div><dt>Made by</dt><dd><Names nodes={before} none="nothing that is known" /></dd></div>
        <div><dt>Read by</dt><dd><Names nodes={after} none="nothing yet" /></dd></div>
      </dl>
    </Card>
  );
}

function Names({ nodes, none }: { nodes: LineageData["nodes"]; none: string }) {
  if (nodes.length === 0) return <span className="dataset-quiet">{none}</span>;
  return (
    <span className="dataset-names">
      {nodes.map((node) => {
        if (node.kind === "external") return <span key={node.id}>{node.name}</span>;
        return <Link key={node.id} to={addresses[node.kind](node.name)}>{node.name}</Link>;
      })}
    </span>
  );
}
