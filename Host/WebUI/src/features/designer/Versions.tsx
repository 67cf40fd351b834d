// The versions of a pipeline: what changed in each, and back to an earlier one.
import { useState } from "react";
import type { PipelineVersion, PipelineVersions } from "../../api";
import { useResource } from "../../api";
import { Button, Dialog, EmptyState, ProblemView, RelativeTime } from "../../ui";
import { TextDiff } from "../../document/TextDiff";

interface Props {
  pipeline: string;
  text: string;
  canEdit: boolean;
  onRestore: (text: string, version: number) => void;
  onClose: () => void;
}

export function Versions({ pipeline, text, canEdit, onRestore, onClose }: Props) {
  const path = `/pipelines/${encodeURIComponent(pipeline)}/versions`;
  const list = useResource<PipelineVersions>(path);
  const [chosen, setChosen] = useState<number | null>(null);
  const version = useResource<PipelineVersion>(chosen === null ? null : `${path}/${chosen}`);
  return (
    <Dialog title="Versions" width="large" onClose={onClose}
      actions={version.data && <Button kind="primary" reason={canEdit ? undefined : "Needs the role editor"}
        onClick={() => version.data && onRestore(version.data.document, version.data.version)}>Restore version {version.data.version}</Button>}>
      {list.problem && <ProblemView problem={list.problem} onRetry={list.reload} />}
      <div className="dz-versions">
        <ul>
          {list.data?.items.map((item) => (
            <li key={item.version}>
              <button type="button" className={item.version === chosen ? "dz-version is-chosen" : "dz-version"} aria-pressed={item.version === chosen}
                onClick={() => setChosen(item.version)}>
                <b>Version {item.version}</b> <RelativeTime at={item.at} /> {item.author}
                {item.message && <span>{item.message}</span>}
              </button>
            </li>
          ))}
        </ul>
        {version.data ? <TextDiff before={version.data.document} after={text} label={`Version ${version.data.version} against the present document`} /> : <EmptyState title="Choose a version" text="It shows what the present document changes against it." />}
      </div>
    </Dialog>
  );
}
