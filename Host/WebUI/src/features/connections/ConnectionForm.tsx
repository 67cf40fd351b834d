// A connection's configuration, in the component's own form: tried as it stands, then saved once it works.
import { useState } from "react";
import { type ApiProblem, asProblem, type Component, type ConnectionVerdict, type SavedConnection, send } from "../../api";
import { type Schema, SchemaForm } from "../../forms";
import { Button, Checkbox, Markdown, ProblemView } from "../../ui";
import { connectionPath, fieldsOf, withoutEmpty } from "./connectionWords";
import { VerdictView } from "./Health";

interface Props {
  component: Component;
  project: string;
  name: string;
  config: Record<string, unknown>;
  onConfig: (config: Record<string, unknown>) => void;
  /** What was read; 0 where the name must be new. */
  revision: number;
  /** Why it can't be saved. */
  reason?: string;
  testReason?: string;
  onSaved: (saved: SavedConnection) => void;
}

export function ConnectionForm({ component, project, name, config, onConfig, revision, reason, testReason, onSaved }: Props) {
  const use = `${component.plugin}/${component.name}`;
  const [check, setCheck] = useState(true);
  const [busy, setBusy] = useState<"test" | "save">();
  const [problem, setProblem] = useState<ApiProblem>();
  const [verdict, setVerdict] = useState<ConnectionVerdict>();
  const act = async (what: "test" | "save", work: () => Promise<void>) => {
    setBusy(what);
    setProblem(undefined);
    setVerdict(undefined);
    try {
      await work();
    } catch (thrown) {
      setProblem(asProblem(thrown));
    } finally {
      setBusy(undefined);
    }
  };
  const test = () => act("test", async () => {
    setVerdict((await send<ConnectionVerdict>("POST", "/connections/test", { body: { project, use, config } })).data);
  });
  const save = () => act("save", async () => {
    const { data } = await send<SavedConnection>("PUT", connectionPath(project, name), { body: { use, config, revision, check } });
    setVerdict(data.check);
    onSaved(data);
  });
  return (
    <div className="connection-form">
      <fieldset disabled={reason !== undefined && testReason !== undefined} className="connection-fields">
        {/* A node may add what is missing here, so nothing counts as missing until the host says so. */}
        <SchemaForm schema={component.config as Schema} value={config} onChange={(value) => onConfig(withoutEmpty(value))} strict={false}
          problems={problem ? fieldsOf(problem) : []} context={{ plugin: component.plugin, component: component.name, project }} examples={component.examples} />
      </fieldset>
      <Checkbox label="Check before saving" help="Where it does not work, what was saved before stays in use." checked={check} onChange={setCheck} />
      <div className="connection-acts">
        <Button icon="bolt" busy={busy === "test"} reason={testReason} onClick={() => void test()}>Test connection</Button>
        <Button kind="primary" busy={busy === "save"} reason={reason} onClick={() => void save()}>Save</Button>
      </div>
      {problem && <ProblemView problem={problem} />}
      {verdict && <VerdictView verdict={verdict} />}
      {component.docs && <details className="connection-docs"><summary>About {component.title}</summary><Markdown text={component.docs} /></details>}
    </div>
  );
}
