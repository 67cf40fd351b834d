// One evaluation: its report, its rows, and how another one compares.
import { type Evaluation, useResource } from "../../api";
import { addresses, Link, useQueryState } from "../../app/router";
import { Report } from "../../reports";
import { NotFoundPage, Page, ProblemView, RelativeTime, Skeleton, Tabs } from "../../ui";
import { EvaluationComparison } from "./EvaluationComparison";
import { EvaluationRows } from "./EvaluationRows";
import "./evaluations.css";
import { DatasetLinks, ModelLinks } from "./Mentions";

export default function EvaluationPage({ evaluation: id }: { evaluation: string }) {
  const [tab, setTab] = useQueryState("tab", "report", { push: true });
  const isNumber = /^[1-9]\d{0,15}$/.test(id);
  const { data, problem, reload } = useResource<Evaluation>(isNumber ? `/evaluations/${id}` : null);
  if (!isNumber || (problem?.status === 404 && !data)) return <NotFoundPage what="evaluation" back={{ to: "/evaluations", title: "Evaluations" }} />;
  if (problem && !data) return <Page title="Evaluation"><ProblemView problem={problem} onRetry={() => void reload()} /></Page>;
  if (!data) return <Page title="Evaluation"><Skeleton lines={8} /></Page>;
  const tabs = [
    { id: "report", title: "Report" }, ...(data.rows ? [{ id: "rows", title: "Rows" }] : []), { id: "compare", title: "Compare" },
  ];
  const chosen = tabs.some((entry) => entry.id === tab) ? tab : "report";
  const panel = `evaluation-${chosen}`;
  return (
    <Page
      title={data.title}
      trail={<Link to="/evaluations">Evaluations</Link>}
      tabs={<Tabs tabs={tabs} value={chosen} onChange={setTab} label={`Parts of ${data.title}`} panel={panel} />}
      full={chosen === "rows"}
    >
      <div id={panel} role="tabpanel" aria-label={tabs.find((entry) => entry.id === chosen)?.title} className={"evaluation-panel" + (chosen === "rows" ? " is-full" : "")}>
        {chosen !== "rows" && (
          <dl className="evaluation-facts">
            <div><dt>Model</dt><dd><ModelLinks models={data.models} /></dd></div>
            <div><dt>Data</dt><dd><DatasetLinks datasets={data.datasets} /></dd></div>
            {data.rows && <div><dt>Rows kept as</dt><dd><DatasetLinks datasets={[data.rows]} /></dd></div>}
            <div><dt>Node</dt><dd><Link to={`${addresses.run(data.run)}?node=${encodeURIComponent(data.node)}`}>{data.node}</Link> of <Link to={addresses.pipeline(data.pipeline)}>{data.pipeline}</Link></dd></div>
            <div><dt>Component</dt><dd>{data.use}</dd></div>
            <div><dt>When</dt><dd><RelativeTime at={data.created_at} /></dd></div>
          </dl>
        )}
        {chosen === "report" && <Report report={data.report} showTitle={false} />}
        {chosen === "rows" && data.rows && <EvaluationRows mention={data.rows} />}
        {chosen === "compare" && <EvaluationComparison evaluation={data} />}
      </div>
    </Page>
  );
}
