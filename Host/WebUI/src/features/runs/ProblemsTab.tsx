// What went wrong, whose fault it is and what to do; with what a worker printed as it died.
import { useState } from "react";
import { type CrashReport, type Run, useResource } from "../../api";
import { Button, Card, Copyable, EmptyState, ProblemView, Skeleton } from "../../ui";

export function ProblemsTab({ run }: { run: Run }) {
  const crashes = run.crashes ?? [];
  if (run.problems.length === 0 && crashes.length === 0) {
    return <EmptyState icon="check" title="No problems" text="Nothing has gone wrong in this run." />;
  }
  return (
    <div className="run-problems">
      {run.problems.map((problem, at) => <ProblemView key={at} problem={problem} />)}
      {crashes.map((attempt) => <Crash key={attempt} run={run.run} attempt={attempt} />)}
    </div>
  );
}

function Crash({ run, attempt }: { run: string; attempt: number }) {
  const [open, setOpen] = useState(true);
  const report = useResource<CrashReport>(open ? `/runs/${run}/crashes/${attempt}` : null);
  return (
    <Card
      title={`Crash report of attempt ${attempt}`}
      actions={(
        <>
          {report.data && <Copyable text={report.data.text} short="" label="Copy the report" />}
          <Button kind="quiet" size="small" onClick={() => setOpen(!open)}>{open ? "Hide" : "Show"}</Button>
        </>
      )}
    >
      {open && report.problem && <ProblemView problem={report.problem} onRetry={() => void report.reload()} compact />}
      {open && report.loading && <Skeleton lines={6} />}
      {open && report.data && (
        <pre className="run-text" tabIndex={0} aria-label={`Crash report of attempt ${attempt}`}>{report.data.text}</pre>
      )}
    </Card>
  );
}
