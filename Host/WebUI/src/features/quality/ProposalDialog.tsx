// An edit of a pipeline that the host proposes: in words, as a difference, to accept, to refine, or to leave.
import { useEffect, useState } from "react";
import {
  type ApiProblem, asProblem, invalidate, type Pipeline, type ProposedEdit, type QualityEdit, send,
} from "../../api";
import { addresses, navigate } from "../../app/router";
import { useSession } from "../../app/session";
import { Button, Dialog, ProblemView, Skeleton, useToast } from "../../ui";
import { TextDiff } from "../../document/TextDiff";

interface Props {
  title: string;
  edit: QualityEdit;
  onClose: () => void;
  onSaved?: () => void;
}

interface Proposal {
  edit: ProposedEdit;
  pipeline: Pipeline;
  etag: string | null;
}

export function ProposalDialog({ title, edit, onClose, onSaved }: Props) {
  const { why } = useSession();
  const toast = useToast();
  const [proposal, setProposal] = useState<Proposal>();
  const [problem, setProblem] = useState<ApiProblem>();
  const [busy, setBusy] = useState(false);
  const [turn, setTurn] = useState(0);
  const question = JSON.stringify(edit);
  useEffect(() => {
    const abort = new AbortController();
    setProblem(undefined);
    setProposal(undefined);
    propose(JSON.parse(question), abort.signal)
      .then(setProposal)
      .catch((thrown) => !abort.signal.aborted && setProblem(asProblem(thrown)));
    return () => abort.abort();
  }, [question, turn]);

  const accept = async () => {
    if (!proposal) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const message = proposal.edit.changes.join(" ").slice(0, 500);
      const body = { document: proposal.edit.document, message };
      const path = `/pipelines/${encodeURIComponent(proposal.edit.pipeline)}`;
      const saved = await send<Pipeline>("PUT", path, { body, ifMatch: proposal.etag });
      invalidate("/pipelines");
      invalidate("/quality");
      onSaved?.();
      onClose();
      toast.show({
        tone: "ok", text: `${saved.data.name} is saved as version ${saved.data.version}.`,
        action: { title: "Open", run: () => navigate(addresses.pipeline(saved.data.name)) },
      });
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };
  const name = proposal?.edit.pipeline;
  return (
    <Dialog
      title={title}
      width="large"
      onClose={onClose}
      actions={(
        <>
          <Button onClick={onClose}>Leave it</Button>
          {name && <Button onClick={() => navigate(addresses.pipeline(name))}>Open {name}</Button>}
          <Button
            kind="primary"
            busy={busy}
            reason={proposal ? why("editor", proposal.pipeline.project) : "The proposal is not here yet."}
            onClick={() => void accept()}
          >
            Accept and save
          </Button>
        </>
      )}
    >
      {problem && (
        <ProblemView
          problem={problem.status === 412
            ? { ...problem, title: "The pipeline was changed meanwhile", detail: "Someone saved it after this edit was proposed.", next: "Retry to have the edit proposed for the newest version." }
            : problem}
          onRetry={() => {
            setBusy(false);
            setTurn(turn + 1);
          }}
        />
      )}
      {!proposal && !problem && <Skeleton lines={8} label="The edit is being proposed" />}
      {proposal && (
        <>
          <ul className="quality-changes">{proposal.edit.changes.map((change) => <li key={change}>{change}</li>)}</ul>
          <TextDiff
            label={`Change of ${proposal.edit.pipeline}`}
            before={proposal.pipeline.document}
            after={proposal.edit.document}
          />
        </>
      )}
    </Dialog>
  );
}

/** The document it edits is read after it: where they belong to different versions, nothing may be saved over. */
async function propose(edit: QualityEdit, signal: AbortSignal): Promise<Proposal> {
  const { data } = await send<ProposedEdit>("POST", "/quality/edits", { body: edit, signal });
  const path = `/pipelines/${encodeURIComponent(data.pipeline)}`;
  const { data: pipeline, etag } = await send<Pipeline>("GET", path, { signal });
  if (pipeline.version !== data.version) return propose(edit, signal);
  return { edit: data, pipeline, etag };
}
