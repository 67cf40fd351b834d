// What evaluators found out, newest first: of which model, with which data; two can be compared.
import { useCallback, useState } from "react";
import { type EvaluationEntry, usePages } from "../../api";
import { addresses, Link, navigate, useQuery } from "../../app/router";
import { useSession } from "../../app/session";
import { Headline } from "../../reports";
import { type Column, DataTable, pairOf, withTwo } from "../../table";
import { Button, EmptyState, Page, ProblemView, RelativeTime, Skeleton } from "../../ui";
import "./evaluations.css";
import { DatasetLinks, ModelLinks } from "./Mentions";
import { aboutWords } from "./words";

export default function EvaluationsPage() {
  const { project } = useSession();
  const query = useQuery(["model", "version", "pipeline", "run"]);
  const list = usePages<EvaluationEntry>("/evaluations", { project, ...query }, { on: (event) => event.type === "run.finished" });
  const [chosen, setChosen] = useState(() => new Set<string>());
  const choose = useCallback((row: EvaluationEntry) => setChosen((before) => withTwo(before, String(row.id))), []);
  const pair = pairOf(chosen);
  const about = aboutWords(query);
  const compare = (
    <Button icon="compare" reason={pair ? undefined : "Choose two evaluations with the boxes at their left, or with Space."}
      onClick={() => pair && navigate(`${addresses.evaluation(pair[0])}?tab=compare&to=${pair[1]}`)}>
      Compare
    </Button>
  );
  return (
    <Page title="Evaluations" subtitle={about && <span className="evaluation-about">{about} <Link to="/evaluations">Show all</Link></span>} actions={compare} full>
      <div className="evaluation-list">
        {list.problem && !list.items && <ProblemView problem={list.problem} onRetry={list.reload} />}
        {list.loading && <Skeleton lines={8} />}
        {list.items && (
          <DataTable
            id="evaluations"
            label="Evaluations"
            columns={columns}
            rows={list.items}
            rowKey={(row) => String(row.id)}
            chosen={chosen}
            onChoose={choose}
            onOpen={(row) => navigate(addresses.evaluation(row.id))}
            onEnd={list.more}
            rowHeight={36}
            empty={about
              ? <EmptyState title="No evaluation fits" text={about} action={<Button to="/evaluations">Show all</Button>} />
              : <EmptyState icon="evaluator" title="No evaluations yet" text="Each run of an evaluator keeps its figures and its report here." action={<Button kind="primary" to="/pipelines">Open a pipeline</Button>} />}
          />
        )}
      </div>
    </Page>
  );
}

const columns: Column<EvaluationEntry>[] = [
  { key: "title", title: "Evaluation", width: 210, fixed: true, render: (row) => <Link to={addresses.evaluation(row.id)}>{row.title}</Link> },
  { key: "models", title: "Model", width: 190, value: (row) => row.models.map((entry) => entry.model ?? entry.node).join(", "), render: (row) => <ModelLinks models={row.models} /> },
  { key: "datasets", title: "Data", width: 110, value: (row) => row.datasets.map((entry) => `${entry.dataset} ${entry.version}`).join(", "), render: (row) => <DatasetLinks datasets={row.datasets} /> },
  { key: "figures", title: "Figures", width: 280, grows: true, value: (row) => row.figures.length, render: (row) => <Headline figures={row.figures} /> },
  { key: "created_at", title: "When", width: 110, render: (row) => <RelativeTime at={row.created_at} /> },
  { key: "pipeline", title: "Pipeline", width: 130, render: (row) => <Link to={addresses.pipeline(row.pipeline)}>{row.pipeline}</Link> },
  { key: "node", title: "Node", width: 100 },
  { key: "run", title: "Run", kind: "id", width: 100, render: (row) => <Link to={addresses.run(row.run)}>{row.run.slice(-8)}</Link> },
  { key: "use", title: "Component", width: 180, hidden: true },
  { key: "project", title: "Project", width: 110, hidden: true },
];
