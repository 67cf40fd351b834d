// What the host says of the document as it stands, a moment after the last change.
import { useEffect, useState } from "react";
import { asProblem, type ApiProblem, type PipelineCheck, send } from "../../api";

export interface Checked {
  answer: PipelineCheck | null;
  problem: ApiProblem | null;
  busy: boolean;
}

/** `known` is what the answer depends on beside the text: a plugin that was enabled is a reason to ask again. */
export function useCheck(text: string, project: string, isReadable: boolean, canEdit: boolean, known: unknown): Checked {
  const [state, setState] = useState<Checked>({ answer: null, problem: null, busy: false });
  useEffect(() => {
    if (!isReadable || !canEdit) return;
    let stale = false;
    const timer = window.setTimeout(() => {
      setState((now) => ({ ...now, busy: true }));
      send<PipelineCheck>("POST", "/pipelines/check", { body: { project, document: text } }).then(
        ({ data }) => { if (!stale) setState({ answer: data, problem: null, busy: false }); },
        (thrown) => { if (!stale) setState((now) => ({ ...now, problem: asProblem(thrown), busy: false })); },
      );
    }, 400);
    return () => { stale = true; window.clearTimeout(timer); };
  }, [text, project, isReadable, canEdit, known]);
  return state;
}
