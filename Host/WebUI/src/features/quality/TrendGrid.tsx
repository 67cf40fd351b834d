// Rules as small multiples, grouped by the dataset that they guard.
import type { QualityTrend } from "../../api";
import { addresses, Link } from "../../app/router";
import { TrendCard } from "./TrendCard";
import { statusOf, trendKey } from "./trends";
import "./quality.css";

const order = { failing: 0, warning: 1, idle: 2, passing: 3 };

export function TrendGrid({ trends, grouped }: { trends: QualityTrend[]; grouped?: boolean }) {
  if (!grouped) return <Cards trends={trends} />;
  const groups = new Map<string, QualityTrend[]>();
  for (const trend of trends) {
    const key = trend.dataset ?? "";
    groups.set(key, [...(groups.get(key) ?? []), trend]);
  }
  return (
    <>
      {[...groups].sort(([a], [b]) => (a === "" ? 1 : b === "" ? -1 : a.localeCompare(b))).map(([dataset, members]) => (
        <section key={dataset} className="quality-group">
          <h2>
            {dataset ? <Link to={`${addresses.dataset(dataset)}?tab=quality`}>{dataset}</Link> : "Not published as a dataset"}
            <span className="quality-group-count">
              {members.filter((trend) => statusOf(trend) === "passing").length} of {members.length} pass
            </span>
          </h2>
          <Cards trends={members} hideDataset />
        </section>
      ))}
    </>
  );
}

function Cards({ trends, hideDataset }: { trends: QualityTrend[]; hideDataset?: boolean }) {
  const sorted = [...trends].sort((a, b) => order[statusOf(a)] - order[statusOf(b)]);
  return (
    <div className="quality-grid">
      {sorted.map((trend, at) => <TrendCard key={`${trendKey(trend)} ${at}`} trend={trend} hideDataset={hideDataset} />)}
    </div>
  );
}
