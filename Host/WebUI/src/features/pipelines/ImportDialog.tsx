// Imports a document from a file: the host checks it, then it becomes a new pipeline.
import { useEffect, useRef, useState } from "react";
import { type ApiProblem, asProblem, newKey, type Pipeline, type PipelineCheck, send } from "../../api";
import { addresses, navigate } from "../../app/router";
import { useSession } from "../../app/session";
import { Button, Dialog, ProblemView, Select, Skeleton } from "../../ui";

export function ImportDialog({ file, onClose }: { file: File; onClose: () => void }) {
  const { project: chosen, projects, can } = useSession();
  const open = projects.filter(({ name }) => can("editor", name));
  const [wish, setWish] = useState<string | null>(chosen);
  const project = open.some(({ name }) => name === wish) ? wish! : open[0]?.name ?? "";
  const [text, setText] = useState<string>();
  const [check, setCheck] = useState<PipelineCheck>();
  const [problem, setProblem] = useState<ApiProblem>();
  const [busy, setBusy] = useState(false);
  const key = useRef(newKey());

  useEffect(() => {
    if (!project) return undefined;
    let current = true;
    setCheck(undefined);
    setProblem(undefined);
    key.current = newKey();
    const read = async () => {
      try {
        const document = await file.text();
        const { data } = await send<PipelineCheck>("POST", "/pipelines/check", { body: { project, document, columns: false } });
        if (!current) return;
        setText(document);
        setCheck(data);
      } catch (thrown) {
        if (current) setProblem(asProblem(thrown));
      }
    };
    void read();
    return () => {
      current = false;
    };
  }, [file, project]);

  const create = async () => {
    if (!check?.valid || text === undefined || busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const { data } = await send<Pipeline>("POST", "/pipelines", {
        body: { project, document: text, message: `Imported from ${file.name}`.slice(0, 500) }, idempotencyKey: key.current,
      });
      onClose();
      navigate(addresses.pipeline(data.name));
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };

  const reason = check && !check.valid ? "The document has problems." : undefined;
  return (
    <Dialog
      title={`Import ${file.name}`}
      width="medium"
      onClose={onClose}
      onSubmit={() => void create()}
      actions={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy} reason={reason} disabled={!check}>Create pipeline</Button>
        </>
      )}
    >
      <div className="pipeline-dialog">
        {open.length === 0 && <p>Importing needs the role editor in a project.</p>}
        {open.length > 0 && (
          <Select label="Project" value={project} onChange={setWish} options={open.map(({ name, title }) => ({ value: name, label: title || name }))} />
        )}
        {project && !check && !problem && <Skeleton lines={3} label="Checking the document" />}
        {check?.valid && <p>{check.name} can be created. Nodes: {check.nodes.length}.</p>}
        {check && check.problems.length > 0 && (
          <ul className="pipeline-problems">
            {check.problems.map((entry, at) => <li key={at}><ProblemView problem={entry} /></li>)}
          </ul>
        )}
        {check && check.warnings.length > 0 && (
          <ul className="pipeline-problems" aria-label="Warnings">
            {check.warnings.map((warning, at) => <li key={at}><p>{warning.node ? warning.node + ": " : ""}{warning.message}</p></li>)}
          </ul>
        )}
        {problem && <ProblemView problem={problem} />}
      </div>
    </Dialog>
  );
}
