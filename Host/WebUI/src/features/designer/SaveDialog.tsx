// Saves a version; where somebody else saved in between, shows both changes and lets a person choose.
import { useEffect, useState } from "react";
import { asProblem, type ApiProblem, invalidate, type Pipeline, send } from "../../api";
import { isName, NAME_RULE } from "../../document/edits";
import { TextDiff } from "../../document/TextDiff";
import { Button, Dialog, ProblemView, Select, Skeleton, Tabs, TextField } from "../../ui";
import type { useDesigner } from "./useDesigner";

const NAME_TAKEN = "OTE-6006";

interface Props {
  isNew: boolean;
  project: string;
  projects: string[];
  onProject: (project: string) => void;
  doc: ReturnType<typeof useDesigner>;
  onName: (name: string) => void;
  onSave: (message: string, over?: string | null) => Promise<Pipeline | null>;
  onClose: () => void;
}

export function SaveDialog({ isNew, project, projects, onProject, doc, onName, onSave, onClose }: Props) {
  const [message, setMessage] = useState("");
  if (doc.problem?.status === 412 && !isNew) return <Conflict doc={doc} onKeep={(etag) => onSave(message, etag)} onClose={onClose} />;
  const name = doc.good.model?.name ?? "";
  const wrong = isNew && !isName(name) ? NAME_RULE : null;
  const taken = isNew && doc.problem?.code === NAME_TAKEN ? `${doc.problem.title}: ${doc.problem.detail}` : null;
  const save = () => { if (!wrong) void onSave(message); };
  return (
    <Dialog title={isNew ? "Save the pipeline" : "Save a new version"} width={isNew ? "medium" : "large"} onClose={onClose} onSubmit={save}
      actions={<Button type="submit" kind="primary" busy={doc.busy} reason={wrong ?? undefined}>Save</Button>}>
      {doc.problem && !taken && <ProblemView problem={doc.problem} />}
      {isNew && (
        <TextField label="Name" mono required value={name} onChange={(next) => { doc.forgetProblem(); onName(next); }} error={wrong ?? taken} help="In addresses and on the command line; it stays."
          data-autofocus onFocus={(event) => event.currentTarget.select()} />
      )}
      {isNew && projects.length > 1 && <Select label="Project" value={project} options={projects} onChange={onProject} />}
      <TextField label="What changed" value={message} onChange={setMessage} placeholder="Shown in the list of versions" data-autofocus={isNew ? undefined : true} />
      {!isNew && <TextDiff before={doc.saved.text} after={doc.text} />}
    </Dialog>
  );
}

interface Theirs {
  text: string;
  etag: string | null;
  layout: Record<string, { x: number; y: number }>;
  version: number;
}

interface ConflictProps {
  doc: Props["doc"];
  onKeep: (etag: string | null) => Promise<Pipeline | null>;
  onClose: () => void;
}

function Conflict({ doc, onKeep, onClose }: ConflictProps) {
  const [theirs, setTheirs] = useState<Theirs | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [shown, setShown] = useState("difference");
  const name = doc.good.model?.name ?? "";
  const load = () => {
    setProblem(null);
    send<Pipeline>("GET", `/pipelines/${encodeURIComponent(name)}`).then(
      ({ data, etag }) => setTheirs({ text: data.document, etag, layout: data.layout ?? {}, version: data.version }),
      (thrown) => setProblem(asProblem(thrown)),
    );
  };
  // Again where a third person was faster than the second.
  useEffect(load, [name, doc.problem]);
  const waits = theirs ? undefined : "Their version is being read";
  return (
    <Dialog title="Somebody else saved first" width="large" onClose={onClose} actions={<>
      <Button reason={waits} onClick={() => { if (theirs) doc.adopt(theirs); invalidate("/pipelines"); onClose(); }}>Take theirs</Button>
      <Button kind="danger" busy={doc.busy} reason={waits} onClick={() => void onKeep(theirs?.etag ?? null)}>Keep mine</Button>
    </>}>
      {problem && <ProblemView problem={problem} onRetry={load} />}
      {!theirs && !problem && <Skeleton lines={6} />}
      {theirs && (
        <>
          <p>Version {theirs.version} was saved while you edited. Take theirs drops your changes; Keep mine saves yours as the next version, and theirs stays in the list of versions.</p>
          <Tabs label="Differences" value={shown} onChange={setShown} size="small"
            tabs={[{ id: "difference", title: "Mine against theirs" }, { id: "theirs", title: "What they changed" }, { id: "mine", title: "What I changed" }]}>
            {shown === "difference" && <TextDiff before={theirs.text} after={doc.text} />}
            {shown === "theirs" && <TextDiff before={doc.saved.text} after={theirs.text} />}
            {shown === "mine" && <TextDiff before={doc.saved.text} after={doc.text} />}
          </Tabs>
        </>
      )}
    </Dialog>
  );
}
