// What fails now: rules whose last run did not pass, the longest first, each with a remedy to look at.
import { useState } from "react";
import type { QualityEdit, QualityTrend } from "../../api";
import { addresses, Link } from "../../app/router";
import { useSession } from "../../app/session";
import { Button, Card, RelativeTime } from "../../ui";
import { ProposalDialog } from "./ProposalDialog";
import { findingPage, RuleBadge } from "./TrendCard";
import { failingSince, lastPoint, ruleFigure, statusOf, trendKey, trendTitle } from "./trends";

export function Alerts({ trends }: { trends: QualityTrend[] }) {
  const { why } = useSession();
  const [asked, setAsked] = useState<{ title: string; edit: QualityEdit }>();
  const failing = trends.filter((trend) => ["failing", "warning"].includes(statusOf(trend)));
  const rank = (trend: QualityTrend) => (statusOf(trend) === "failing" ? 1000 : 0) + (failingSince(trend)?.runs ?? 0);
  const sorted = [...failing].sort((a, b) => rank(b) - rank(a));
  if (sorted.length === 0) return null;
  return (
    <Card title="Fails now" subtitle={`${sorted.length} of ${trends.length} rules`} flush>
      <ul className="quality-alerts">
        {sorted.map((trend, at) => {
          const last = lastPoint(trend);
          const since = failingSince(trend);
          if (!last || !since) return null;
          const finding = last.finding;
          const reason = why("editor", trend.project) ??
            (finding === undefined ? "The run's report does not say which finding it is." : undefined);
          return (
            <li key={`${trendKey(trend)} ${at}`}>
              <RuleBadge trend={trend} />
              <span className="quality-alert-text">
                <Link to={findingPage(last)}>{trendTitle(trend)}</Link>
                <span className="quality-quiet">
                  {ruleFigure(last.observed, trend.unit)}
                  {last.limit !== undefined && last.limit !== null && `, ${ruleFigure(last.limit, trend.unit)} allowed`}
                  {" · "}
                  <Link to={addresses.pipeline(trend.pipeline)}>{trend.pipeline}</Link>
                  {trend.dataset && <> · <Link to={addresses.dataset(trend.dataset)}>{trend.dataset}</Link></>}
                </span>
              </span>
              <span className="quality-quiet">
                {since.runs === 1 ? "in the last run" : `in ${since.runs} runs, since`} <RelativeTime at={since.at} />
              </span>
              <Button
                size="small"
                reason={reason}
                onClick={() => setAsked({ title: `A remedy for ${trendTitle(trend)}`, edit: { run: last.run, finding } })}
              >
                Suggest a remedy
              </Button>
            </li>
          );
        })}
      </ul>
      {asked && <ProposalDialog {...asked} onClose={() => setAsked(undefined)} />}
    </Card>
  );
}
