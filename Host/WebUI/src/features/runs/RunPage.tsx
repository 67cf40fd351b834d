// One run: how it stands, and everything that is known about it.
import { type Run, useConnection } from "../../api";
import { addresses, Link, useQueryState } from "../../app/router";
import { Copyable, Duration, NotFoundPage, Page, ProblemView, RelativeTime, Skeleton, StatusBadge, Tabs } from "../../ui";
import { Comments } from "../comments/Comments";
import { FindingsTab } from "./FindingsTab";
import { GraphTab } from "./GraphTab";
import { LogTab } from "./LogTab";
import { ProblemsTab } from "./ProblemsTab";
import { ProvenanceTab } from "./ProvenanceTab";
import { ResourcesTab } from "./ResourcesTab";
import { reporting } from "./panelData";
import { RunActions } from "./RunActions";
import { RunReports } from "./RunReports";
import "./runs.css";
import { TimelineTab } from "./TimelineTab";
import { TrainingTab, useTrainingFigures } from "./TrainingTab";
import { useLiveRun } from "./useLiveRun";
import { causeWord, isFinished } from "./words";

export default function RunPage({ run: id }: { run: string }) {
  const live = useLiveRun(id);
  const training = useTrainingFigures(live.run?.run);
  const connection = useConnection();
  const [tab, setTab] = useQueryState("tab", "graph", { push: true });
  const [node, setNode] = useQueryState("node");
  const { run, problem } = live;
  if (!run) {
    // What is no id at all belongs to no run either.
    if (problem?.status === 404 || problem?.status === 422) return <NotFoundPage what="run" back={{ to: "/runs", title: "All runs" }} />;
    return (
      <Page title="Run">
        {problem ? <ProblemView problem={problem} onRetry={() => void live.reload()} /> : <Skeleton lines={10} height={24} />}
      </Page>
    );
  }
  const failed = run.findings.filter((finding) => !finding.passed).length;
  const reports = reporting(run).length;
  const tabs = [
    { id: "graph", title: "Graph" },
    { id: "log", title: "Log" },
    { id: "timeline", title: "Timeline" },
    { id: "findings", title: "Findings", count: failed || undefined },
    ...(reports > 0 ? [{ id: "reports", title: "Reports", count: reports }] : []),
    ...(training.series?.length ? [{ id: "training", title: "Training" }] : []),
    { id: "resources", title: "Resources" },
    { id: "provenance", title: "Provenance" },
    { id: "problems", title: "Problems", count: run.problems.length || undefined },
    { id: "comments", title: "Comments" },
  ];
  return (
    <Page
      name={`Run of ${run.pipeline.name}`}
      title={<Link to={addresses.pipeline(run.pipeline.name)}>{run.pipeline.name}</Link>}
      trail={<Link to="/runs">Runs</Link>}
      subtitle={<RunLine run={run} stale={connection === "offline"} />}
      actions={<RunActions run={run} onChange={() => void live.reload()} />}
      full
    >
      <div className="run-page">
        {run.status === "failed" && run.problems[0] && tab !== "problems" && <ProblemView problem={run.problems[0]} compact />}
        <Tabs tabs={tabs} value={tab} onChange={setTab} label="Parts of the run">
          <div className="run-tab">
            {tab === "graph" && <GraphTab run={run} rates={live.rates} node={node} onNode={setNode} />}
            {tab === "log" && <LogTab run={run} node={node} onNode={setNode} />}
            {tab === "timeline" && <TimelineTab run={run} onNode={(name) => setNode(name)} />}
            {tab === "findings" && <FindingsTab run={run} />}
            {tab === "reports" && <RunReports run={run} />}
            {tab === "training" && <TrainingTab run={run} figures={training} />}
            {tab === "resources" && <ResourcesTab run={run} />}
            {tab === "provenance" && <ProvenanceTab run={run} />}
            {tab === "problems" && <ProblemsTab run={run} />}
            {tab === "comments" && <Comments subject={`run:${run.run}`} project={run.project} />}
          </div>
        </Tabs>
      </div>
    </Page>
  );
}

function RunLine({ run, stale }: { run: Run; stale: boolean }) {
  const going = run.status === "running" && !stale;
  return (
    <span className="run-line">
      <StatusBadge status={run.status} />
      <span>version {run.pipeline.version}</span>
      <span>{run.status === "queued" ? "queued" : "started"} <RelativeTime at={run.queued_at && run.status === "queued" ? run.queued_at : run.started_at} /></span>
      {(isFinished(run.status) || going) && <Duration seconds={run.seconds} since={going ? run.started_at : undefined} />}
      {run.cause && <span>{causeWord(run.cause)}{run.actor ? ` by ${run.actor.name}` : ""}</span>}
      {run.attempts > 1 && <span>{run.attempts} attempts</span>}
      <Copyable text={run.run} short={10} label="Copy the run's id" />
    </span>
  );
}
