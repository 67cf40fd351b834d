// What is known of the chosen node: configuration, columns, first rows, gate, docs, comments.
import { useRef, useState } from "react";
import type { CheckedNode, Component, Problem, Rows } from "../../api";
import { asProblem, type ApiProblem, send } from "../../api";
import { Badge, Button, Checkbox, EmptyState, Markdown, ProblemView, Select, Tabs, TextField, formatDuration } from "../../ui";
import { SchemaForm, TestConnection } from "../../forms";
import { SimpleTable } from "../../table";
import { Comments } from "../comments";
import type { Path } from "../../document/edits";
import type { PipelineModel, PipelineNode } from "../../document/model";
import { MissingComponent } from "./MissingComponent";
import { placeOf, unplaced, wordsAt } from "./problemPlaces";
import { RetryFields } from "./RetryFields";

interface Props {
  model: PipelineModel;
  node: PipelineNode;
  component?: Component;
  checked: CheckedNode[];
  problems: Problem[];
  text: string;
  project: string;
  saved: boolean;
  canEdit: boolean;
  tab: string;
  onTab: (tab: string) => void;
  onConfig: (config: Record<string, unknown>) => void;
  onRename: (name: string) => string | null;
  /** A path within the node. */
  onSet: (path: Path, value: unknown, about: string) => void;
}

const TABS = [
  { id: "config", title: "Config" }, { id: "columns", title: "Columns" }, { id: "preview", title: "Preview" },
  { id: "gate", title: "Gate" }, { id: "retry", title: "Retry" }, { id: "docs", title: "Docs" }, { id: "comments", title: "Comments" },
];

export function Inspector(props: Props) {
  const { node, component } = props;
  const tabs = TABS.filter((tab) => (tab.id !== "gate" || component?.kind === "check") && (tab.id !== "comments" || props.saved));
  const tab = tabs.some((item) => item.id === props.tab) ? props.tab : "config";
  const mine = props.problems.filter((problem) => placeOf(problem).node === node.name);
  const [identity, expect] = useIdentity(node.name);
  const rename = (name: string) => {
    expect(name);
    return props.onRename(name);
  };
  return (
    <section className="dz-inspector" aria-label={`Node ${node.name}`}>
      <NodeName key={node.name} name={node.name} onRename={rename} canEdit={props.canEdit} />
      <p className="dz-inspector-use"><code>{node.use}</code> {component && <Badge>{component.kind}</Badge>}</p>
      {!component && <MissingComponent node={node} />}
      {component && (
        <Tabs tabs={tabs} value={tab} onChange={props.onTab} label="Node" size="small">
          {tab === "config" && <Config key={identity} {...props} component={component} />}
          {tab === "columns" && <Columns node={node} checked={props.checked} />}
          {tab === "preview" && <Preview node={node} text={props.text} project={props.project} canEdit={props.canEdit} outputs={component.outputs.map((port) => port.name)} />}
          {tab === "gate" && <Gate gate={node.gate} onSet={props.onSet} canEdit={props.canEdit} problems={mine} />}
          {tab === "retry" && <Again node={node} onSet={props.onSet} canEdit={props.canEdit} problems={mine} keeps={component.outputs.some((port) => port.type === "table")} />}
          {tab === "docs" && <Docs component={component} onExample={props.canEdit ? props.onConfig : undefined} />}
          {tab === "comments" && <Comments subject={`pipeline:${props.model.name}#${node.name}`} project={props.project} />}
        </Tabs>
      )}
    </section>
  );
}

/** A number that changes when another node is shown, and stays when the same one gets another name. */
function useIdentity(name: string): [number, (next: string) => void] {
  const shown = useRef({ name, expected: "", number: 0 });
  const { current } = shown;
  if (name !== current.name) shown.current = { name, expected: "", number: current.expected === name ? current.number : current.number + 1 };
  return [shown.current.number, (next) => void (shown.current.expected = next)];
}

function NodeName({ name, onRename, canEdit }: { name: string; onRename: (name: string) => string | null; canEdit: boolean }) {
  const [value, setValue] = useState(name);
  const [error, setError] = useState<string | null>(null);
  const done = () => {
    if (value !== name) setError(onRename(value));
  };
  return (
    <TextField label="Name" value={value} onChange={setValue} error={error} readOnly={!canEdit} onBlur={done}
      onKeyDown={(event) => event.key === "Enter" && done()} />
  );
}

function Config({ node, component, problems, model, checked, onConfig, canEdit, project }: Props & { component: Component }) {
  const mine = problems.filter((problem) => placeOf(problem).node === node.name);
  const sources = checked.find((item) => item.name === node.name)?.inputs.map((input) => input.from.split(".")) ?? [];
  const columns = sources.flatMap(([from, port]) => {
    const outputs = checked.find((item) => item.name === from)?.outputs ?? {};
    return ((outputs[port ?? ""] ?? Object.values(outputs)[0] ?? []) as { name: string }[]).map((column) => column.name);
  });
  const parameterValues = Object.fromEntries(Object.entries(model.parameters).map(([name, schema]) => [name, schema.default ?? null]));
  const fields = mine.filter((problem) => placeOf(problem).tab === "config").map((problem) => ({ pointer: placeOf(problem).field, message: problem.detail }));
  return (
    <div className="dz-config">
      {unplaced(mine, node.name).map((problem, index) => <ProblemView key={index} problem={problem} compact />)}
      <fieldset disabled={!canEdit} className="dz-fieldset">
        <SchemaForm schema={component.config} value={node.config} onChange={(value: unknown) => onConfig(value as Record<string, unknown>)} problems={fields}
          context={{ plugin: component.plugin, component: component.name, project, columns: Array.from(new Set(columns)), parameters: Object.keys(model.parameters), parameterValues }} />
      </fieldset>
      {canEdit && (component.kind === "source" || component.kind === "provider") && (
        <TestConnection key={node.name} plugin={component.plugin} component={component.name} label="Test connection" project={project} config={node.config} parameterValues={parameterValues} />
      )}
    </div>
  );
}

function Columns({ node, checked }: { node: PipelineNode; checked: CheckedNode[] }) {
  const found = checked.find((item) => item.name === node.name);
  if (!found) return <EmptyState title="Columns show when the pipeline is valid" text="Correct the problems first." />;
  return (
    <>
      {Object.entries(found.outputs).map(([port, columns]) => (
        <div key={port} className="dz-columns">
          <h3>{port}{columns ? ` · ${columns.length} columns` : ""}</h3>
          {columns ? (
            <SimpleTable label={`Columns of ${port}`} rows={columns} rowKey={(row) => row.name}
              columns={[{ key: "name", title: "Column" }, { key: "type", title: "Type" }] as never} />
          ) : <p>Only the data tells; they show while it runs.</p>}
        </div>
      ))}
      {found.fused_into && <p>It becomes part of the query of {found.fused_into}.</p>}
    </>
  );
}

function Preview({ node, text, project, canEdit, outputs }: { node: PipelineNode; text: string; project: string; canEdit: boolean; outputs: string[] }) {
  const [rows, setRows] = useState<Rows | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const [wanted, setWanted] = useState("");
  const port = outputs.includes(wanted) ? wanted : outputs[0];
  const choose = (name: string) => {
    setWanted(name);
    setRows(null);
    setProblem(null);
  };
  const read = async () => {
    setBusy(true);
    setProblem(null);
    try {
      setRows((await send<Rows>("POST", "/pipelines/preview", { body: { project, document: text, node: node.name, port, rows: 50 } })).data);
    } catch (thrown) {
      setProblem(asProblem(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="dz-preview">
      {outputs.length > 1 && <Select label="Output" value={port} onChange={choose} options={outputs.map((name) => ({ value: name }))} />}
      <Button kind="primary" busy={busy} onClick={read} reason={canEdit ? undefined : "A preview needs the role editor"}>Read the first 50 rows</Button>
      {problem && <ProblemView problem={problem} onRetry={read} />}
      {rows && (
        <>
          <p className="dz-preview-note">{rows.rows.length} rows in {formatDuration(rows.seconds ?? 0)}, read now by a worker.</p>
          <div className="dz-preview-table" tabIndex={0} role="region" aria-label="First rows">
            <table>
              <thead><tr>{rows.schema.map((column) => <th key={column.name} scope="col">{column.name}<span>{column.type}</span></th>)}</tr></thead>
              <tbody>
                {rows.rows.map((row, index) => (
                  <tr key={index}>{(row as unknown[]).map((cell, at) => <td key={at} className={typeof cell === "number" ? "is-figure" : undefined}>{cell === null ? <i>null</i> : String(typeof cell === "object" ? JSON.stringify(cell) : cell)}</td>)}</tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </div>
  );
}

interface PartProps {
  onSet: Props["onSet"];
  canEdit: boolean;
  problems: Problem[];
}

function Gate({ gate, onSet, canEdit, problems }: PartProps & { gate?: { on?: string; action?: string } }) {
  const action = gate?.action ?? "stop";
  const on = gate?.on ?? "error";
  const actions = [{ value: "stop", label: "Stop: publish nothing" }, { value: "quarantine", label: "Quarantine: set failing rows aside" }, { value: "warn", label: "Warn: go on and note it" }];
  const triggers = [{ value: "error", label: "Rules of severity error" }, { value: "warn", label: "Warnings too" }];
  return (
    <fieldset disabled={!canEdit} className="dz-fieldset dz-part" data-pointer="/gate">
      <div data-pointer="/gate/action">
        <Select label="When a rule fails" value={action} error={wordsAt(problems, "/gate/action") ?? wordsAt(problems, "/gate")} onChange={(value) => onSet(["gate"], { on, action: value }, "gate")}
          options={withWritten(actions, action)} />
      </div>
      <div data-pointer="/gate/on">
        <Select label="Which rules count" value={on} error={wordsAt(problems, "/gate/on")} onChange={(value) => onSet(["gate"], { on: value, action }, "gate")} options={withWritten(triggers, on)} />
      </div>
    </fieldset>
  );
}

/** What the text says stands in the list, also where it is no choice: a form must not show something else. */
function withWritten(options: { value: string; label: string }[], value: string) {
  return options.some((option) => option.value === value) ? options : [{ value, label: value }, ...options];
}

function Again({ node, onSet, canEdit, problems, keeps }: PartProps & { node: PipelineNode; keeps: boolean }) {
  return (
    <fieldset disabled={!canEdit} className="dz-fieldset dz-part">
      <RetryFields retry={node.retry} help="How often a run is tried in all when this node fails." onSet={onSet} error={(field) => wordsAt(problems, field)} />
      {keeps && (
        <div data-pointer="/materialize">
          <Checkbox label="Keep its table" checked={node.materialize === true} onChange={(kept) => onSet(["materialize"], kept ? true : undefined, "materialize")}
            help={wordsAt(problems, "/materialize") ?? "A later attempt, or a retry from a node behind it, begins here."} />
        </div>
      )}
    </fieldset>
  );
}

function Docs({ component, onExample }: { component: Component; onExample?: (config: Record<string, unknown>) => void }) {
  return (
    <div className="dz-docs">
      <p>{component.summary}</p>
      {onExample && component.examples.length > 0 && (
        <div className="dz-examples" role="group" aria-label="Examples">
          {component.examples.map((example) => (
            <Button key={example.title} size="small" onClick={() => onExample(example.config)}>{example.title}</Button>
          ))}
        </div>
      )}
      <Markdown text={component.docs} />
      <h3>Ports</h3>
      <ul>
        {component.inputs.map((port) => <li key={port.name}>in <b>{port.name}</b>: {port.type}{port.required === false ? ", may be left open" : ""}{port.many ? ", any number" : ""}</li>)}
        {component.outputs.map((port) => <li key={port.name}>out <b>{port.name}</b>: {port.type}</li>)}
      </ul>
    </div>
  );
}
