// A version: what it is, how it is served, and its figures.
import type { ReactNode } from "react";
import type { ModelVersion } from "../../api";
import { addresses, Link } from "../../app/router";
import { bytes } from "../../charts";
import { FigureTable } from "../../reports";
import { Badge, Card, Copyable, RelativeTime, Values } from "../../ui";
import { word } from "./modelWords";

export function ModelOverview({ version }: { version: ModelVersion }) {
  const { document } = version;
  // The figures in it are those of the report that registered it, told with its lineage.
  const { figures: _, ...told } = document;
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
      <Card title="Document" subtitle="What the version says of itself, to those who serve it"
        actions={<Copyable text={JSON.stringify(document, null, 2)} short="as JSON" mono={false} label="Copy the document" />}>
        <Values of={told} label="Model document" />
      </Card>
    </>
  );
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}
