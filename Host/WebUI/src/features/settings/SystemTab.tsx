// The host itself: version, load, space, and where its own documents are.
import { useResource } from "../../api/client";
import type { System } from "../../api/types";
import { Link } from "../../app/router";
import { Bytes, Card, Copyable, Duration, Figure, ProblemView, RelativeTime, Skeleton } from "../../ui";
import { Facts } from "./Facts";

/** What else the host answers about itself, shown where it does. */
const KNOWN = ["version", "abi", "started_at", "home", "runs", "memory_bytes", "store_bytes", "disk_free_bytes", "subscribers"];

export function SystemTab() {
  const system = useResource<System>("/system", undefined, { on: (event) => event.type === "run.started" || event.type === "run.finished" });
  const data = system.data;
  if (system.problem && !data) return <ProblemView problem={system.problem} onRetry={() => void system.reload()} />;
  if (!data) return <Skeleton lines={8} />;
  const more = Object.entries(data as unknown as Record<string, unknown>).filter(([name]) => !KNOWN.includes(name));
  return (
    <>
      <Card title="Host">
        <Facts
          facts={[
            ["Version", <Copyable key="v" text={data.version} />],
            data.abi ? ["Plugin interface", data.abi] : null,
            ["Started", <RelativeTime key="s" at={data.started_at} />],
            ["Up for", <Duration key="u" since={data.started_at} />],
            data.home ? ["Home folder", <Copyable key="h" text={data.home} />] : null,
          ]}
        />
      </Card>
      <Card title="Load and limits">
        <Facts
          facts={[
            [
              "Running",
              <Link key="r" to="/runs?status=running">
                <Figure value={data.runs.running} /> of at most <Figure value={data.runs.limit} />
              </Link>,
            ],
            [
              "Queued",
              <Link key="q" to="/runs?status=queued">
                <Figure value={data.runs.queued} />
              </Link>,
            ],
            data.memory_bytes !== undefined && ["Memory of the host", <Bytes key="m" value={data.memory_bytes} />],
            data.store_bytes !== undefined && ["Stored data", <Bytes key="d" value={data.store_bytes} />],
            data.disk_free_bytes !== undefined && ["Free on disk", <Bytes key="f" value={data.disk_free_bytes} />],
            data.subscribers !== undefined && ["Open live pages", <Figure key="o" value={data.subscribers} />],
          ]}
        />
      </Card>
      {more.length > 0 && (
        <Card title="More">
          <Facts facts={more.map(([name, value]) => [words(name), <More key={name} value={value} />])} />
        </Card>
      )}
      <Card title="For programs">
        <Facts
          facts={[
            ["API", <a key="a" href="/api/v1/openapi.json" target="_blank" rel="noreferrer">OpenAPI document</a>],
            ["Metrics", <a key="m" href="/metrics" target="_blank" rel="noreferrer">Prometheus metrics</a>],
            ["Health", <a key="h" href="/healthz" target="_blank" rel="noreferrer">/healthz</a>],
            ["Readiness", <a key="r" href="/readyz" target="_blank" rel="noreferrer">/readyz</a>],
          ]}
        />
      </Card>
    </>
  );
}

function words(name: string): string {
  const text = name.replace(/_/g, " ");
  return text[0].toUpperCase() + text.slice(1);
}

function More({ value }: { value: unknown }) {
  if (typeof value === "number") return <Figure value={value} />;
  if (typeof value === "boolean") return <>{value ? "yes" : "no"}</>;
  if (typeof value === "string") return <>{value}</>;
  if (Array.isArray(value)) return <>{value.map((part) => (typeof part === "string" ? part : JSON.stringify(part))).join(", ")}</>;
  return (
    <Facts
      facts={Object.entries((value ?? {}) as Record<string, unknown>).map(([name, part]) => [words(name), <More key={name} value={part} />])}
    />
  );
}
