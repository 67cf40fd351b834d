// Starts a run: asks for the document's parameters, queues it, and opens its page.
import { useEffect, useRef, useState } from "react";
import { type ApiProblem, asProblem, newKey, type RunEntry, send } from "../../api";
import { addresses, navigate } from "../../app/router";
import { isObject, type Schema, SchemaForm, validate } from "../../forms";
import { Button, Dialog, ProblemView, Skeleton } from "../../ui";
import { parametersOf } from "./parameters";
import "./pipelines.css";

export interface RunDialogProps {
  pipeline: string;
  /** Without it the newest version runs. */
  version?: number;
  /** The text whose parameters are asked for. */
  document: string;
  project?: string;
  onClose: () => void;
}

export function RunDialog({ pipeline, version, document, project, onClose }: RunDialogProps) {
  const [schema, setSchema] = useState<Schema>();
  const [parameters, setParameters] = useState<Record<string, unknown>>({});
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem>();
  // A second press after a lost answer must not queue a second run; changed parameters ask for another one.
  const key = useRef(newKey());

  useEffect(() => {
    let current = true;
    parametersOf(document).then(
      (read) => current && setSchema(read),
      (thrown) => current && setProblem(asProblem(thrown)),
    );
    return () => {
      current = false;
    };
  }, [document]);

  const change = (value: unknown) => {
    key.current = newKey();
    setParameters(isObject(value) ? value : {});
  };
  const start = async () => {
    if (!schema || busy) return;
    setTried(true);
    if (validate(schema, parameters).length > 0) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const { data } = await send<RunEntry>("POST", `/pipelines/${encodeURIComponent(pipeline)}/runs`, {
        body: { parameters, version }, idempotencyKey: key.current,
      });
      onClose();
      navigate(addresses.run(data.run));
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };

  const asks = Object.keys(schema?.properties ?? {}).length > 0;
  return (
    <Dialog
      title={`Run ${pipeline}`}
      width={asks ? "medium" : "small"}
      onClose={onClose}
      onSubmit={() => void start()}
      actions={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" icon="play" busy={busy} disabled={!schema}>Run</Button>
        </>
      )}
    >
      <div className="pipeline-dialog">
        {version !== undefined && <p className="pipeline-quiet">Version {version} runs.</p>}
        {!schema && !problem && <Skeleton lines={3} />}
        {schema && !asks && <p>This pipeline has no parameters.</p>}
        {schema && asks && (
          <SchemaForm schema={schema} value={parameters} onChange={change} strict={tried} context={{ project }} />
        )}
        {problem && <ProblemView problem={problem} />}
      </div>
    </Dialog>
  );
}
