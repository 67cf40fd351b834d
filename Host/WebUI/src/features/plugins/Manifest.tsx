// The admin's manifest: as forms for limits, permissions and defaults, and as text, which are the same draft.
import { useEffect, useMemo, useState } from "react";
import {
  type ApiProblem, asProblem, type Manifest as ManifestData, type Plugin, type PluginVersion, send, useResource,
} from "../../api";
import { Button, Card, ProblemView, Skeleton, useToast } from "../../ui";
import { TextDiff } from "../../document/TextDiff";
import { ManifestForms } from "./ManifestForms";
import { ManifestLines } from "./ManifestLines";
import { readManifest } from "./manifestText";
import { changed } from "./requests";

export default function Manifest({ plugin, version }: { plugin: Plugin; version: PluginVersion }) {
  const path = `/plugins/${plugin.name}/manifest`;
  const query = { manifest: version.manifest };
  const { data, etag, problem, replace, reload } = useResource<ManifestData>(version.manifest ? path : null, query);
  if (!version.manifest) {
    return (
      <Card title="No manifest">
        <p>The plugin lies in the plugins folder, but no manifest names it. Enable it: its digest is pinned in a new manifest.</p>
      </Card>
    );
  }
  if (problem && !data) return <ProblemView problem={problem} onRetry={() => void reload()} />;
  if (!data) return <Skeleton lines={8} />;
  return (
    <Editor
      key={data.path}
      saved={data}
      etag={etag}
      version={version}
      save={async (text, ifMatch) => {
        const answer = await send<ManifestData>("PUT", path, { body: { text }, ifMatch, query });
        replace(answer.data, answer.etag);
        changed();
        return { text: answer.data.text, etag: answer.etag };
      }}
      readAgain={async () => {
        const answer = await send<ManifestData>("GET", path, { query });
        replace(answer.data, answer.etag);
        return { text: answer.data.text, etag: answer.etag };
      }}
    />
  );
}

interface Base {
  text: string;
  etag: string | null;
}

interface EditorProps {
  saved: ManifestData;
  etag: string | null;
  version: PluginVersion;
  save: (text: string, etag: string | null) => Promise<Base>;
  readAgain: () => Promise<Base>;
}

function Editor({ saved, etag, version, save, readAgain }: EditorProps) {
  const toast = useToast();
  const kept = `ote.manifest.${saved.path}`;
  const [base, setBase] = useState<Base>({ text: saved.text, etag });
  const [text, setText] = useState(() => localStorage.getItem(kept) ?? saved.text);
  const [problem, setProblem] = useState<ApiProblem>();
  const [theirs, setTheirs] = useState<Base>();
  const [busy, setBusy] = useState(false);
  const read = useMemo(() => readManifest(text), [text]);
  const edited = text !== base.text;

  // A draft survives a reload; what was not edited follows the host.
  useEffect(() => {
    if (edited) localStorage.setItem(kept, text);
    else localStorage.removeItem(kept);
  }, [kept, text, edited]);
  useEffect(() => {
    if (edited || saved.text === base.text) return;
    setBase({ text: saved.text, etag });
    setText(saved.text);
  }, [saved.text, etag]);

  const store = async (against: string | null) => {
    setBusy(true);
    setProblem(undefined);
    try {
      const after = await save(text, against);
      setBase(after);
      setText(after.text);
      setTheirs(undefined);
      toast.show({ tone: "ok", text: "The manifest is saved. New runs use it." });
    } catch (thrown) {
      const found = asProblem(thrown);
      if (found.status === 412) await readAgain().then(setTheirs).catch((failure) => setProblem(asProblem(failure)));
      else setProblem(found);
    }
    setBusy(false);
  };
  const take = (other: Base) => {
    setBase(other);
    setText(other.text);
    setTheirs(undefined);
  };
  const found = [
    ...read.problems,
    ...[problem, ...(problem?.problems ?? [])].flatMap((entry) =>
      entry?.at?.line ? [{ line: entry.at.line, message: entry.detail }] : []
    ),
  ];
  return (
    <div className="plugin-manifest">
      <Card
        title="Manifest"
        subtitle={<code>{saved.path}</code>}
        actions={(
          <span className="plugin-acts">
            <Button reason={edited ? undefined : "Nothing was changed."} onClick={() => take(base)}>Undo changes</Button>
            <Button
              kind="primary"
              busy={busy}
              reason={read.problems.length > 0 ? "The text is not valid YAML." : edited ? undefined : "Nothing was changed."}
              onClick={() => void store(base.etag)}
            >
              Save
            </Button>
          </span>
        )}
      >
        {theirs && (
          <div className="plugin-theirs" role="alert">
            <p>The manifest was changed meanwhile. Theirs against yours:</p>
            <TextDiff label="Their manifest against yours" before={theirs.text} after={text} />
            <div className="plugin-acts">
              <Button onClick={() => take(theirs)}>Take theirs</Button>
              <Button kind="primary" busy={busy} onClick={() => void store(theirs.etag)}>Keep mine</Button>
            </div>
          </div>
        )}
        {problem && <ProblemView problem={problem} onRetry={() => void store(base.etag)} />}
        <ManifestLines text={text} problems={found} onChange={setText} />
      </Card>
      <ManifestForms text={text} doc={read.problems.length > 0 ? undefined : read.doc} version={version} onChange={setText} />
    </div>
  );
}
