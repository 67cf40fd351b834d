// Saving an upload as a dataset version: its name, and then the run that does it, live.
import { useEffect, useState } from "react";
import { asProblem, type ApiProblem, type Dataset, newKey, type Run, type RunEntry, send, useResource } from "../../api";
import { addresses, Link } from "../../app/router";
import { useSession } from "../../app/session";
import { Button, Card, Figure, ProblemView, StatusBadge, TextField } from "../../ui";
import { nameFromFile, nameProblem } from "./names";
import { forget } from "./remembered";

interface Props {
  upload: string;
  file: string;
  project: string;
  options: Record<string, unknown>;
  /** Why the file can't be read as it is set now. */
  blocked?: string;
}

export function Publication({ upload, file, project, options, blocked }: Props) {
  const { why } = useSession();
  const [name, setName] = useState(() => nameFromFile(file));
  const [run, setRun] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem>();
  // The same request sent twice saves once; another name or option is another request.
  const wish = JSON.stringify([name, options]);
  const [key, setKey] = useState(newKey);
  useEffect(() => setKey(newKey()), [wish]);
  const invalid = nameProblem(name);
  const existing = useExisting(invalid ? undefined : name);

  const publish = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const body = { dataset: name, options };
      const { data } = await send<RunEntry>("POST", `/uploads/${upload}/publish`, { body, idempotencyKey: key });
      forget(upload);
      setRun(data.run);
    } catch (thrown) {
      setProblem(asProblem(thrown));
    }
    setBusy(false);
  };
  if (run) return <PublishingRun run={run} dataset={name} onAgain={() => setRun(undefined)} />;
  return (
    <Card title="Save as a dataset version">
      <div className="upload-save">
        <TextField
          label="Dataset"
          value={name}
          onChange={setName}
          error={invalid}
          help={existing
            ? `Becomes version ${existing.versions[0] ? existing.versions[0].version + 1 : 1} of the dataset in ${existing.project}.`
            : `A new dataset in ${project}.`}
        />
        <Button
          kind="primary"
          busy={busy}
          reason={why("operator", project) ?? invalid ?? blocked}
          onClick={() => void publish()}
        >
          Save
        </Button>
      </div>
      {problem && <ProblemView problem={problem} onRetry={() => void publish()} />}
    </Card>
  );
}

function useExisting(name: string | undefined): Dataset | undefined {
  const [asked, setAsked] = useState(name);
  useEffect(() => {
    const timer = window.setTimeout(() => setAsked(name), 300);
    return () => window.clearTimeout(timer);
  }, [name]);
  const answer = useResource<Dataset>(asked ? addressOf(asked) : null);
  return asked === name && !answer.problem ? answer.data : undefined;
}

function addressOf(name: string): string {
  return `/datasets/${encodeURIComponent(name)}`;
}

function PublishingRun({ run, dataset, onAgain }: { run: string; dataset: string; onAgain: () => void }) {
  const { data, problem, reload } = useResource<Run>(`/runs/${run}`, undefined, { on: (event) => event.subject === run });
  const ended = data && data.status !== "queued" && data.status !== "running";
  const output = data?.outputs.find((entry) => entry.dataset === dataset) ?? data?.outputs[0];
  const failure = data?.problems[0];
  return (
    <Card title={`Saving ${dataset}`}>
      {problem && <ProblemView problem={problem} onRetry={() => void reload()} />}
      <div className="upload-run" aria-live="polite">
        <StatusBadge status={data?.status ?? "queued"} />
        <Link to={addresses.run(run)}>Run {run.slice(-8)}</Link>
        {typeof output?.rows === "number" && <Figure value={output.rows} unit="rows" />}
        {data?.status === "succeeded" && (
          <Button kind="primary" to={`${addresses.dataset(dataset)}?tab=preview`}>
            Open {dataset}{typeof output?.version === "number" ? ` version ${output.version}` : ""}
          </Button>
        )}
        {ended && data.status !== "succeeded" && <Button onClick={onAgain}>Change and save again</Button>}
      </div>
      {ended && failure && <ProblemView problem={failure} />}
    </Card>
  );
}
