// A version: what it is, how it is served, and its figures.
import type { ReactNode } from "react";
import type { ModelVersion } from "../../api";
import { addresses, Link } from "../../app/router";
import { bytes } from "../../charts";
import { FigureTable } from "../../reports";
import { Badge, Card, Copyable, RelativeTime } from "../../ui";

export function ModelOverview({ version }: { version: ModelVersion }) {
  const { document } = version;
  const serve = document.serve as { use?: unknown; with?: unknown } | undefined;
  return (
    <>
      <Card title={`Version ${version.version}`}>
        <dl className="model-facts">
          {version.aliases.length > 0 && (
            <Fact name="Aliases"><span className="model-aliases">{version.aliases.map((alias) => <Badge key={alias} icon="tag">{alias}</Badge>)}</span></Fact>
          )}
          <Fact name="Format">{word(document.format) ?? "not said"}</Fact>
          <Fact name="Size">{bytes(version.bytes)}</Fact>
          <Fact name="License">{word(document.license) ?? "not said"}</Fact>
          {word(serve?.use) && <Fact name="Served by">{word(serve?.use)}</Fact>}
          <Fact name="Registered"><RelativeTime at={version.created_at} />{version.author && ` by ${version.author}`}</Fact>
          {version.run && <Fact name="Run"><Link to={addresses.run(version.run)}>{version.run.slice(-8)}</Link></Fact>}
          {version.pipeline && <Fact name="Pipeline"><Link to={addresses.pipeline(version.pipeline)}>{version.pipeline}</Link></Fact>}
          <Fact name="Digest"><Copyable text={version.digest} short={20} /></Fact>
        </dl>
      </Card>
      <Card title="Figures" subtitle="Of its evaluations, the newest of each"
        actions={<Link to={`/evaluations?model=${encodeURIComponent(version.model)}&version=${version.version}`}>All evaluations</Link>}>
        {version.figures.length > 0
          ? <FigureTable label={`Figures of version ${version.version}`} figures={version.figures} />
          : <p className="model-quiet">No evaluation has looked at this version yet.</p>}
      </Card>
      <Card title="Document">
        <pre className="model-document" tabIndex={0} role="region" aria-label="Model document">{JSON.stringify(document, null, 2)}</pre>
      </Card>
    </>
  );
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

function word(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
