// What the list of runs can be narrowed to; each choice is part of the address.
import { useEffect, useState } from "react";
import { type Pipelines, useResource } from "../../api";
import { useQueryState } from "../../app/router";
import { Button, Select, TextField } from "../../ui";
import { causes, spans, statuses } from "./words";

const pauseMilliseconds = 250;

export function useRunFilters() {
  const [pipeline, setPipeline] = useQueryState("pipeline");
  const [status, setStatus] = useQueryState("status");
  const [cause, setCause] = useQueryState("cause");
  const [text, setText] = useQueryState("q");
  const [since, setSince] = useQueryState("since");
  const any = Boolean(pipeline || status || cause || text || since);
  return { pipeline, setPipeline, status, setStatus, cause, setCause, text, setText, since, setSince, any };
}

export function RunFilters({ filters, project }: { filters: ReturnType<typeof useRunFilters>; project: string | null }) {
  const pipelines = useResource<Pipelines>("/pipelines", { limit: 500, project });
  const names = pipelines.data?.items.map((entry) => entry.name) ?? [];
  const known = filters.pipeline === "" || names.includes(filters.pipeline);
  const chosen = filters.status ? filters.status.split(",") : [];
  const toggle = (status: string) => {
    const next = chosen.includes(status) ? chosen.filter((entry) => entry !== status) : [...chosen, status];
    filters.setStatus(next.join(","));
  };
  const [text, setText] = useState(filters.text);
  const { setText: say, text: said } = filters;
  useEffect(() => setText(said), [said]);
  useEffect(() => {
    if (text === said) return;
    const timer = window.setTimeout(() => say(text), pauseMilliseconds);
    return () => window.clearTimeout(timer);
  }, [text, said, say]);
  return (
    <div className="run-filters" role="search" aria-label="Filter runs">
      <div className="run-filter-text">
        <TextField label="Text" hideLabel placeholder="Find in runs" value={text} onChange={setText} />
      </div>
      <Select
        label="Pipeline"
        hideLabel
        placeholder="All pipelines"
        value={filters.pipeline}
        onChange={filters.setPipeline}
        options={known ? names : [filters.pipeline, ...names]}
      />
      <Select
        label="Cause"
        hideLabel
        placeholder="Any cause"
        value={filters.cause}
        onChange={filters.setCause}
        options={causes}
      />
      <Select
        label="Started"
        hideLabel
        placeholder="Any time"
        value={filters.since}
        onChange={filters.setSince}
        options={spans}
      />
      <div className="run-filter-statuses" role="group" aria-label="Status">
        {statuses.map((status) => (
          <button
            key={status}
            type="button"
            className="run-chip"
            aria-pressed={chosen.includes(status)}
            onClick={() => toggle(status)}
          >
            {status}
          </button>
        ))}
      </div>
      {filters.any && (
        <Button
          kind="quiet"
          size="small"
          onClick={() => {
            filters.setStatus(null);
            filters.setPipeline(null);
            filters.setCause(null);
            filters.setText(null);
            filters.setSince(null);
          }}
        >
          Clear
        </Button>
      )}
    </div>
  );
}
