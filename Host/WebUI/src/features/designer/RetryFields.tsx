// Attempts, which faults count, and how long to wait: of a pipeline, or of one node.
import type { Path } from "../../document/edits";
import { NumberField, Select, TextField } from "../../ui";

interface Props {
  retry: unknown;
  help: string;
  onSet: (path: Path, value: unknown, about: string) => void;
  /** What the host says of a field. */
  error: (field: string) => string | undefined;
}

interface Policy {
  attempts?: unknown;
  on?: string[];
  backoff?: Record<string, unknown>;
}

/** Taking the attempts out takes all of it out. */
export function RetryFields({ retry, help, onSet, error }: Props) {
  const policy: Policy = retry !== null && typeof retry === "object" ? (retry as Policy) : {};
  const attempts = typeof policy.attempts === "number" ? policy.attempts : null;
  const backoff = policy.backoff ?? {};
  const on = Array.isArray(policy.on) ? policy.on : undefined;
  const pause = (key: string, value: unknown) => {
    const next: Record<string, unknown> = { ...backoff, [key]: value };
    if (value === undefined) delete next[key];
    onSet(["retry", "backoff"], Object.keys(next).length > 0 ? next : undefined, `retry ${key}`);
  };
  const waits = (attempts !== null && attempts > 1) || on !== undefined || policy.backoff !== undefined;
  return (
    <>
      <div data-pointer="/retry">
        <div data-pointer="/retry/attempts">
          <NumberField label="Attempts" integer min={1} max={100} value={attempts} placeholder="1" help={help} error={error("/retry/attempts") ?? error("/retry")}
            onChange={(value) => onSet(value === null ? ["retry"] : ["retry", "attempts"], value ?? undefined, "retry")} />
        </div>
      </div>
      {waits && (
        <>
          <div data-pointer="/retry/on">
            <Select label="After faults of" value={(on ?? ["external"]).join(",")} error={error("/retry/on")} onChange={(value) => onSet(["retry", "on"], value.split(","), "retry on")}
              options={[{ value: "external", label: "The world outside" }, { value: "plugin", label: "Plugins" }, { value: "external,plugin", label: "The world outside, and plugins" }, ...other(on)]} />
          </div>
          <div className="dz-row">
            <div data-pointer="/retry/backoff/first">
              <TextField label="First pause" value={String(backoff.first ?? "")} placeholder="1s" error={error("/retry/backoff/first")} onChange={(value) => pause("first", value || undefined)} />
            </div>
            <div data-pointer="/retry/backoff/factor">
              <NumberField label="Grows by" value={typeof backoff.factor === "number" ? backoff.factor : null} placeholder="2" error={error("/retry/backoff/factor")} onChange={(value) => pause("factor", value ?? undefined)} />
            </div>
            <div data-pointer="/retry/backoff/max">
              <TextField label="At most" value={String(backoff.max ?? "")} placeholder="1m" error={error("/retry/backoff/max")} onChange={(value) => pause("max", value || undefined)} />
            </div>
          </div>
        </>
      )}
    </>
  );
}

/** What the document says, where the list has no words for it. */
function other(on: string[] | undefined): string[] {
  const text = on?.join(",");
  return text === undefined || ["external", "plugin", "external,plugin"].includes(text) ? [] : [text];
}
