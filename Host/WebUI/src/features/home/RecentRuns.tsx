// The newest runs, live, and what the schedules start next.
import type { Home, RunEntry } from "../../api/types";
import { addresses, Link } from "../../app/router";
import { Button, Card, Duration, EmptyState, RelativeTime, StatusBadge } from "../../ui";

export function RecentRuns({ runs }: { runs: RunEntry[] }) {
  return (
    <Card title="Recent runs" flush actions={runs.length > 0 ? <Link to="/runs">All runs</Link> : undefined}>
      {runs.length === 0 ? (
        <EmptyState
          icon="runs"
          title="Nothing has run yet"
          text="Runs of this host's pipelines appear here while they happen."
          action={
            <Button icon="play" to="/pipelines">
              Open the pipelines
            </Button>
          }
        />
      ) : (
        <ul className="home-list">
          {runs.map((run) => (
            <li key={run.run}>
              <Link to={addresses.run(run.run)} className="home-line home-run">
                <span className="home-status">
                  <StatusBadge status={run.status} quiet />
                </span>
                <span className="home-text">
                  {run.pipeline.name}
                  {run.detail && run.status !== "succeeded" && <span className="home-detail">{run.detail}</span>}
                </span>
                <span className="home-by">{run.actor?.name}</span>
                <span className="home-span">
                  {run.status === "queued" ? null : <Duration seconds={run.seconds} since={run.started_at} />}
                </span>
                <span className="home-when">
                  <RelativeTime at={run.status === "queued" ? run.queued_at ?? run.started_at : run.started_at} />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

export function Upcoming({ items }: { items: NonNullable<Home["upcoming"]> }) {
  return (
    <Card title="Coming up" flush>
      {items.length === 0 ? (
        <p className="home-calm">No schedule is due. A pipeline gets one in its settings.</p>
      ) : (
        <ul className="home-list">
          {items.map((item) => (
            <li key={item.pipeline + item.at}>
              <Link to={addresses.pipeline(item.pipeline)} className="home-line">
                <span className="home-text">{item.pipeline}</span>
                <span className="home-when">
                  <RelativeTime at={item.at} />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
