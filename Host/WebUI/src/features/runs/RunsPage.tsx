// All runs, newest first: filtered by address, live without jumping, two of them to compare.
import { useCallback, useMemo, useState } from "react";
import type { RunEntry } from "../../api";
import { addresses, navigate } from "../../app/router";
import { useSession } from "../../app/session";
import { DataTable } from "../../table";
import { Button, EmptyState, Page, plural, ProblemView, Skeleton } from "../../ui";
import { runColumns } from "./runColumns";
import { RunFilters, useRunFilters } from "./RunFilters";
import "./runs.css";
import { useRunList } from "./useRunList";
import { sinceTime } from "./words";

const keyOf = (run: RunEntry) => run.run;
const toneOf = (run: RunEntry) =>
  run.status === "failed" ? "error" as const : run.status === "stopped" ? "warn" as const : undefined;

export default function RunsPage() {
  const { project } = useSession();
  const filters = useRunFilters();
  const query = useMemo(() => ({
    project, pipeline: filters.pipeline, status: filters.status, cause: filters.cause, q: filters.text,
    since: sinceTime(filters.since),
  }), [project, filters.pipeline, filters.status, filters.cause, filters.text, filters.since]);
  const list = useRunList(query);
  const [chosen, setChosen] = useState(() => new Set<string>());
  const choose = useCallback((run: RunEntry) => {
    setChosen((before) => {
      const after = new Set(before);
      // A third choice takes the place of the oldest.
      if (!after.delete(run.run)) after.add(run.run);
      if (after.size > 2) after.delete([...after][0]);
      return after;
    });
  }, []);
  const [left, right] = [...chosen].sort();
  const compare = (
    <Button
      icon="compare"
      reason={chosen.size === 2 ? undefined : "Choose two runs with the boxes at their left, or with Space."}
      onClick={() => navigate(`/runs/compare?left=${left}&right=${right}`)}
    >
      Compare
    </Button>
  );
  return (
    <Page title="Runs" actions={compare} full>
      <div className="run-list">
        <RunFilters filters={filters} project={project} />
        {list.fresh > 0 && (
          <button type="button" className="run-fresh" onClick={list.showFresh}>
            {plural(list.fresh, "new run")}: show
          </button>
        )}
        {list.problem && <ProblemView problem={list.problem} onRetry={() => void list.load()} />}
        {list.items === undefined && list.loading && <Skeleton lines={12} height={24} />}
        {list.items !== undefined && (
          <DataTable
            id="runs"
            label="Runs"
            columns={runColumns}
            rows={list.items}
            rowKey={keyOf}
            rowHeight={34}
            tone={toneOf}
            chosen={chosen}
            onChoose={choose}
            openOnClick
            onOpen={(run) => navigate(addresses.run(run.run))}
            onEnd={list.hasMore ? () => void list.more() : undefined}
            empty={filters.any ? (
              <EmptyState title="No run fits" text="No run has all that the filter asks for." />
            ) : (
              <EmptyState
                icon="runs"
                title="No runs yet"
                text="Each run of a pipeline is kept here, with its data, figures and log."
                action={<Button kind="primary" to="/pipelines">Open a pipeline</Button>}
              />
            )}
          />
        )}
      </div>
    </Page>
  );
}
