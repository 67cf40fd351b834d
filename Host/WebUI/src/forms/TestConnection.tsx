// Asks the component what it sees with this configuration, and says how long that took.
import { useState } from "react";
import { type ApiProblem, asProblem, type RunProblem, send } from "../api";
import { Report } from "../reports";
import { Badge, Button, Duration, ProblemView } from "../ui";

interface TestResult {
  ok: boolean;
  seconds: number;
  report?: Record<string, unknown>;
  problem?: RunProblem;
}

interface Props {
  plugin: string;
  component: string;
  project: string;
  config: Record<string, unknown>;
}

export function TestConnection({ plugin, component, project, config }: Props) {
  const [result, setResult] = useState<TestResult | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const test = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const path = `/components/${encodeURIComponent(plugin)}/${encodeURIComponent(component)}/test`;
      setResult((await send<TestResult>("POST", path, { body: { project, config } })).data);
    } catch (thrown) {
      setResult(null);
      setProblem(asProblem(thrown));
    }
    setBusy(false);
  };
  const seen = result?.report as { title?: string; metrics?: { name: string; value: number | null; unit?: string }[] } | undefined;
  return (
    <div className="sf-test">
      <Button size="small" icon="bolt" busy={busy} onClick={test}>Test</Button>
      <div role="status">
        {result?.ok && <span><Badge tone="ok" icon="tick">{seen?.title ?? "It works"}</Badge> in <Duration seconds={result.seconds} /></span>}
        {result && !result.ok && !result.problem && <Badge tone="error" icon="error">It does not work</Badge>}
      </div>
      {result?.problem && <ProblemView problem={result.problem} compact />}
      {problem && <ProblemView problem={problem} compact />}
      {result?.report && <Report report={result.report} />}
    </div>
  );
}
