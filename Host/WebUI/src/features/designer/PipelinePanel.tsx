// The pipeline itself, where no node is chosen: words, parameters, schedule, retry.
import { useEffect, useState } from "react";
import type { ScheduleView } from "../../api";
import { asProblem, send } from "../../api";
import { Button, NumberField, RelativeTime, Select, TextArea, TextField } from "../../ui";
import type { Path } from "../../document/edits";
import type { PipelineModel } from "../../document/model";

interface Props {
  model: PipelineModel;
  isNew: boolean;
  canEdit: boolean;
  onSet: (path: Path, value: unknown, about: string) => void;
}

export function PipelinePanel({ model, isNew, canEdit, onSet }: Props) {
  return (
    <section className="dz-inspector" aria-label="Pipeline">
      <h2 className="dz-inspector-title">Pipeline</h2>
      <fieldset disabled={!canEdit} className="dz-fieldset">
        <TextField label="Name" value={model.name} mono readOnly={!isNew} help={isNew ? "In addresses and on the command line." : "A saved pipeline keeps its name."}
          onChange={(value) => onSet(["metadata", "name"], value, "name")} />
        <TextField label="Title" value={model.title} onChange={(value) => onSet(["metadata", "title"], value || undefined, "title")} />
        <TextArea label="Description" value={model.description} rows={3}
          onChange={(value) => onSet(["metadata", "description"], value || undefined, "description")} />
        <Parameters model={model} onSet={onSet} />
        <Schedule model={model} onSet={onSet} />
        <Retry model={model} onSet={onSet} />
      </fieldset>
    </section>
  );
}

/** Attempts, which faults count, and how long to wait; taking the attempts out takes all of it out. */
function Retry({ model, onSet }: Pick<Props, "model" | "onSet">) {
  const attempts = attemptsOf(model);
  const retry = model.retry as { on?: string[]; backoff?: Record<string, unknown> } | undefined;
  const backoff = retry?.backoff ?? {};
  const pause = (key: string, value: unknown) => {
    const next = { ...backoff, [key]: value };
    if (value === undefined) delete (next as Record<string, unknown>)[key];
    onSet(["retry", "backoff"], Object.keys(next).length > 0 ? next : undefined, `retry ${key}`);
  };
  return (
    <div className="dz-group">
      <h3>Retry</h3>
      <NumberField label="Attempts" integer min={1} value={attempts} placeholder="1" help="How often a node is tried in all."
        onChange={(value) => onSet(value === null ? ["retry"] : ["retry", "attempts"], value ?? undefined, "retry")} />
      {attempts !== null && attempts > 1 && (
        <>
          <Select label="After faults of" value={(retry?.on ?? ["external"]).join(",")} onChange={(value) => onSet(["retry", "on"], value.split(","), "retry on")}
            options={[{ value: "external", label: "The world outside" }, { value: "external,plugin", label: "The world outside, and plugins" }, ...other(retry?.on)]} />
          <div className="dz-row">
            <TextField label="First pause" value={String(backoff.first ?? "")} placeholder="1s" onChange={(value) => pause("first", value || undefined)} />
            <NumberField label="Grows by" value={typeof backoff.factor === "number" ? backoff.factor : null} placeholder="2" onChange={(value) => pause("factor", value ?? undefined)} />
            <TextField label="At most" value={String(backoff.max ?? "")} placeholder="1m" onChange={(value) => pause("max", value || undefined)} />
          </div>
        </>
      )}
    </div>
  );
}

/** What the document says, where the list has no words for it. */
function other(on: string[] | undefined): string[] {
  const text = on?.join(",");
  return text === undefined || text === "external" || text === "external,plugin" ? [] : [text];
}

const attemptsOf = (model: PipelineModel) => (typeof model.retry?.attempts === "number" ? model.retry.attempts : null);

function Parameters({ model, onSet }: Pick<Props, "model" | "onSet">) {
  const [name, setName] = useState("");
  const names = Object.keys(model.parameters);
  return (
    <div className="dz-group">
      <h3>Parameters</h3>
      {names.map((key) => {
        const schema = model.parameters[key];
        return (
          <div key={key} className="dz-parameter">
            <b>{key}</b>
            <Select label={`Type of ${key}`} hideLabel size="small" value={String(schema.type ?? "string")} options={["string", "number", "integer", "boolean"]}
              onChange={(value) => onSet(["parameters", key, "type"], value, `type ${key}`)} />
            <TextField label={`Default of ${key}`} hideLabel placeholder="default" value={schema.default === undefined ? "" : String(schema.default)}
              onChange={(value) => onSet(["parameters", key, "default"], typed(value, schema.type), `default ${key}`)} />
            <Button size="small" kind="quiet" icon="trash" aria-label={`Remove ${key}`} onClick={() => onSet(["parameters", key], undefined, "parameters")}>Remove</Button>
          </div>
        );
      })}
      <div className="dz-parameter">
        <TextField label="New parameter" hideLabel placeholder="new_parameter" value={name} onChange={setName} />
        <Button size="small" reason={/^[A-Za-z][A-Za-z0-9_-]*$/.test(name) && !names.includes(name) ? undefined : "Letters, digits, - and _, and not taken"}
          onClick={() => {
            onSet(["parameters", name], { type: "string" }, "parameters");
            setName("");
          }}>Add</Button>
      </div>
    </div>
  );
}

function typed(text: string, type: unknown): unknown {
  if (text === "") return undefined;
  if (type === "number" || type === "integer") return Number.isFinite(Number(text)) ? Number(text) : text;
  return type === "boolean" ? text === "true" : text;
}

const KINDS = [
  { value: "none", label: "Not scheduled" }, { value: "cron", label: "At times (cron)" },
  { value: "every", label: "At intervals" }, { value: "on", label: "When a dataset changes" },
];

function Schedule({ model, onSet }: Pick<Props, "model" | "onSet">) {
  const schedule = model.schedule;
  const kind = !schedule ? "none" : "cron" in schedule ? "cron" : "every" in schedule ? "every" : "on" in schedule ? "on" : "none";
  const [view, setView] = useState<ScheduleView | null>(null);
  const [error, setError] = useState<string | null>(null);
  const text = JSON.stringify(schedule ?? null);
  useEffect(() => {
    if (!schedule) return;
    let stale = false;
    const timer = window.setTimeout(() => {
      send<ScheduleView>("POST", "/pipelines/schedule", { body: { schedule } }).then(
        ({ data }) => { if (!stale) { setView(data); setError(null); } },
        (thrown) => { if (!stale) { setView(null); setError(asProblem(thrown).detail); } },
      );
    }, 300);
    return () => { stale = true; window.clearTimeout(timer); };
    // The schedule by its text: a new object with the same values asks nothing again.
  }, [text]);
  const choose = (value: string) => {
    const made = { cron: { cron: "0 6 * * *", timezone: "UTC" }, every: { every: "1h" }, on: { on: { dataset: "name" } } }[value];
    onSet(["schedule"], made, "schedule kind");
  };
  const on = schedule?.on as { dataset?: string } | undefined;
  return (
    <div className="dz-group">
      <h3>Schedule</h3>
      <Select label="Starts" value={kind} options={KINDS} onChange={choose} />
      {kind === "cron" && (
        <>
          <TextField label="Cron" mono value={String(schedule?.cron ?? "")} error={error} onChange={(value) => onSet(["schedule", "cron"], value, "cron")} help="minute hour day month weekday" />
          <TextField label="Time zone" value={String(schedule?.timezone ?? "")} placeholder="UTC" onChange={(value) => onSet(["schedule", "timezone"], value || undefined, "timezone")} />
        </>
      )}
      {kind === "every" && <TextField label="Every" value={String(schedule?.every ?? "")} error={error} onChange={(value) => onSet(["schedule", "every"], value, "every")} help="15m, 1h30m, 1d" />}
      {kind === "on" && <TextField label="Dataset" value={on?.dataset ?? ""} error={error} onChange={(value) => onSet(["schedule", "on"], { dataset: value }, "on")} />}
      {(kind === "cron" || kind === "every") && (
        <Select label="Missed times" value={String(schedule?.catch_up ?? "latest")} options={[{ value: "latest", label: "Run the latest once" }, { value: "all", label: "Run each of them" }, { value: "none", label: "Leave them out" }]}
          onChange={(value) => onSet(["schedule", "catch_up"], value === "latest" ? undefined : value, "catch up")} />
      )}
      {view && (
        <div className="dz-next" aria-live="polite">
          <p>{view.text}</p>
          <ol>{view.next.map((time) => <li key={time}><RelativeTime at={time} /> <span>{time.replace("T", " ").replace("Z", " UTC")}</span></li>)}</ol>
        </div>
      )}
    </div>
  );
}
