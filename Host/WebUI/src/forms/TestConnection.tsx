// Asks the component whether it works with this configuration, and shows what it found and how long that took.
import { useState } from "react";
import { type ApiProblem, asProblem, type ComponentTestResult, send } from "../api";
import { Report } from "../reports";
import { SimpleTable } from "../table";
import { Badge, Button, Duration, ProblemView } from "../ui";

interface Props {
  plugin: string;
  component: string;
  /** What the button says. */
  label: string;
  project: string;
  config: Record<string, unknown>;
  parameterValues?: Record<string, unknown>;
}

export function TestConnection({ plugin, component, label, project, config, parameterValues }: Props) {
  const [result, setResult] = useState<ComponentTestResult | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [tested, setTested] = useState("");
  const [busy, setBusy] = useState(false);
  const question = JSON.stringify({ project, config, parameters: parameterValues });
  const test = async () => {
    setBusy(true);
    setProblem(null);
    setTested(question);
    try {
      const path = `/components/${encodeURIComponent(plugin)}/${encodeURIComponent(component)}/test`;
      setResult((await send<ComponentTestResult>("POST", path, { body: JSON.parse(question) })).data);
    } catch (thrown) {
      setResult(null);
      setProblem(asProblem(thrown));
    }
    setBusy(false);
  };
  const columns = result?.schema ?? [];
  return (
    <div className="sf-test">
      <Button size="small" icon="bolt" busy={busy} onClick={test}>{label}</Button>
      <div role="status">
        {!busy && result && (
          <span>
            <Badge tone={result.ok ? "ok" : "error"} icon={result.ok ? "tick" : "error"}>{result.ok ? "Works" : "Does not work"}</Badge>
            {result.message && <span> {result.message}</span>}
            {columns.length > 0 && <span> · {columns.length} {columns.length === 1 ? "column" : "columns"}</span>}
            <span> · <Duration seconds={result.seconds} /></span>
          </span>
        )}
        {!busy && (result || problem) && tested !== question && <p className="sf-help">The configuration has changed since.</p>}
      </div>
      {!busy && result?.problem && <ProblemView problem={result.problem} compact />}
      {!busy && problem && <ProblemView problem={problem} compact />}
      {!busy && columns.length > 0 && (
        <details>
          <summary>Columns</summary>
          <SimpleTable label="Columns that it gives" rows={columns} rowKey={(row) => row.name}
            columns={[{ key: "name", title: "Column" }, { key: "type", title: "Type" }] as never} />
        </details>
      )}
      {!busy && result?.report && <Report report={result.report} />}
    </div>
  );
}
