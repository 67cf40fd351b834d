// When a pipeline starts by itself: its form, and the next times as the host reckons them.
import { useEffect, useId, useState } from "react";
import { asProblem, type ApiProblem, type Datasets, type Problem, type ScheduleView, send, useResource } from "../../api";
import type { Path } from "../../document/edits";
import type { PipelineModel } from "../../document/model";
import { NumberField, RelativeTime, Select, TextField } from "../../ui";

interface Props {
  model: PipelineModel;
  project: string;
  onSet: (path: Path, value: unknown, about: string) => void;
  error: (field: string) => string | undefined;
}

const KINDS = [
  { value: "none", label: "Not scheduled" }, { value: "cron", label: "At times (cron)" },
  { value: "every", label: "At intervals" }, { value: "on", label: "When a dataset changes" },
];

const BEGUN: Record<string, unknown> = {
  cron: { cron: "0 6 * * *", timezone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC" },
  every: { every: "1h" },
  on: { on: { dataset: "" } },
};

export function ScheduleFields({ model, project, onSet, error: found }: Props) {
  const { schedule } = model;
  const kind = !schedule ? "none" : "cron" in schedule ? "cron" : "every" in schedule ? "every" : "on" in schedule ? "on" : "none";
  const { view, problem } = useNextTimes(schedule);
  const error = (key: string) => said(problem, `/schedule/${key}`) ?? found(`/schedule/${key}`);
  const set = (key: string, value: unknown) => onSet(["schedule", key], value, `schedule ${key}`);
  const on = schedule?.on as { dataset?: unknown } | undefined;
  return (
    <div className="dz-group">
      <h3>Schedule</h3>
      <div data-pointer="/schedule">
        <Select label="Starts" value={kind} options={KINDS} error={said(problem, "/schedule") ?? found("/schedule")} onChange={(value) => onSet(["schedule"], BEGUN[value], "schedule kind")} />
      </div>
      {kind === "cron" && (
        <>
          <div data-pointer="/schedule/cron">
            <TextField label="Cron" mono value={String(schedule?.cron ?? "")} error={error("cron")} onChange={(value) => set("cron", value)} help="minute hour day month weekday, or @daily" />
          </div>
          <div data-pointer="/schedule/timezone"><ZoneField value={String(schedule?.timezone ?? "")} error={error("timezone")} onChange={(value) => set("timezone", value || undefined)} /></div>
        </>
      )}
      {kind === "every" && (
        <div data-pointer="/schedule/every">
          <TextField label="Every" value={String(schedule?.every ?? "")} error={error("every")} onChange={(value) => set("every", value)} help="15m, 1h30m, 1d" />
        </div>
      )}
      {kind === "on" && (
        <div data-pointer="/schedule/on">
          <DatasetField project={project} value={[on?.dataset ?? ""].flat().join(", ")} error={error("on/dataset") ?? error("on")}
            onChange={(names) => set("on", { dataset: names })} />
        </div>
      )}
      {(kind === "cron" || kind === "every") && (
        <div data-pointer="/schedule/catch_up">
          <Select label="Missed times" value={String(schedule?.catch_up ?? "latest")} error={error("catch_up")}
            options={[{ value: "latest", label: "Run the latest once" }, { value: "all", label: "Run each of them" }, { value: "none", label: "Leave them out" }]}
            onChange={(value) => set("catch_up", value === "latest" ? undefined : value)} />
        </div>
      )}
      {kind !== "none" && (
        <div data-pointer="/schedule/pause_after_failures">
          <NumberField label="Pause after failures" integer min={1} value={typeof schedule?.pause_after_failures === "number" ? schedule.pause_after_failures : null} placeholder="Never"
            error={error("pause_after_failures")} help="In a row; a person resumes it." onChange={(value) => set("pause_after_failures", value ?? undefined)} />
        </div>
      )}
      {view && (
        <div className="dz-next" aria-live="polite">
          <p>{view.text}</p>
          {view.next.length > 0 && (
            <ol aria-label="Next times">{view.next.map((time) => <li key={time}>{inZone(time, view.timezone ?? "UTC")} <RelativeTime at={time} /></li>)}</ol>
          )}
        </div>
      )}
    </div>
  );
}

/** Asked of the host a moment after the last change. */
function useNextTimes(schedule: PipelineModel["schedule"]): { view: ScheduleView | null; problem: ApiProblem | null } {
  const [answer, setAnswer] = useState<{ view: ScheduleView | null; problem: ApiProblem | null }>({ view: null, problem: null });
  const text = JSON.stringify(schedule ?? null);
  useEffect(() => {
    if (!schedule) {
      setAnswer({ view: null, problem: null });
      return;
    }
    let stale = false;
    const timer = window.setTimeout(() => {
      send<ScheduleView>("POST", "/pipelines/schedule", { body: { schedule } }).then(
        ({ data }) => { if (!stale) setAnswer({ view: data, problem: null }); },
        (thrown) => { if (!stale) setAnswer({ view: null, problem: asProblem(thrown) }); },
      );
    }, 300);
    return () => { stale = true; window.clearTimeout(timer); };
    // The schedule by its text: a new object with the same values asks nothing again.
  }, [text]);
  return answer;
}

function said(problem: ApiProblem | null, pointer: string): string | undefined {
  if (!problem) return undefined;
  const all: Pick<Problem, "at" | "detail">[] = problem.problems ?? [problem];
  return all.find((item) => item.at?.pointer === pointer)?.detail;
}

/** The time on the clocks of the schedule's zone: what its author thinks in. */
function inZone(time: string, zone: string): string {
  return new Date(time).toLocaleString(undefined, { timeZone: zone, weekday: "short", year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" });
}

const zones: string[] = (Intl as unknown as { supportedValuesOf?: (key: string) => string[] }).supportedValuesOf?.("timeZone") ?? [];

function ZoneField({ value, error, onChange }: { value: string; error?: string; onChange: (value: string) => void }) {
  const list = useId();
  return (
    <>
      <TextField label="Time zone" value={value} placeholder="UTC" list={list} error={error} onChange={onChange} help="Type a city: Europe/Berlin, America/New_York" />
      <datalist id={list}>{["UTC", ...zones].map((zone) => <option key={zone} value={zone} />)}</datalist>
    </>
  );
}

function DatasetField({ project, value, error, onChange }: { project: string; value: string; error?: string; onChange: (names: string | string[]) => void }) {
  const list = useId();
  const known = useResource<Datasets>("/datasets", { project, limit: 100 });
  const read = (text: string) => {
    const names = text.split(/,\s*/);
    return names.length > 1 ? names : text;
  };
  return (
    <>
      <TextField label="Dataset" mono value={value} list={list} error={error} placeholder="Name of a dataset" onChange={(text) => onChange(read(text))} help="After each new version; several with commas." />
      <datalist id={list}>{known.data?.items.map((item) => <option key={item.dataset} value={item.dataset} />)}</datalist>
    </>
  );
}
