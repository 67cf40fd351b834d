// What the last check of a connection found, and when.
import type { ConnectionHealth, ConnectionVerdict } from "../../api";
import { Report } from "../../reports";
import { Badge, ProblemView, RelativeTime } from "../../ui";

export function HealthBadge({ works }: { works: boolean | undefined }) {
  if (works === undefined) return <Badge icon="circle">Not tried</Badge>;
  return works ? <Badge tone="ok" icon="tick">Works</Badge> : <Badge tone="error" icon="error">Does not work</Badge>;
}

export function HealthLine({ health }: { health?: ConnectionHealth }) {
  return (
    <p className="connection-health" role="status">
      <HealthBadge works={health?.works} />
      {health?.message && <span>{health.message}</span>}
      {health && <span>checked <RelativeTime at={health.checked_at} /></span>}
    </p>
  );
}

export function VerdictView({ verdict }: { verdict: ConnectionVerdict }) {
  return (
    <div className="connection-verdict" role="status">
      <p className="connection-health">
        <HealthBadge works={verdict.works} />
        <span>{verdict.message ?? (verdict.works === undefined ? "It can't be tried without what a pipeline adds." : "")}</span>
      </p>
      {verdict.problem && <ProblemView problem={verdict.problem} compact />}
      {verdict.report && <Report report={verdict.report} />}
    </div>
  );
}
