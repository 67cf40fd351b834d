// One template: what it does, which plugins it needs, and the button that begins with it.
import { useState } from "react";
import { type ApiProblem, asProblem, send, type Template } from "../../api";
import { addresses, Link, navigate } from "../../app/router";
import { useSession } from "../../app/session";
import { Badge, Button, Card, plural, ProblemView, StatusBadge } from "../../ui";

export function TemplateCard({ template, onEnabled }: { template: Template; onEnabled: () => void }) {
  const { can, why } = useSession();
  const editor = can("editor") ? undefined : why("editor");
  return (
    <Card title={template.title}>
      <div className="template-body">
        <p className="template-text">{template.description}</p>
        {template.nodes !== undefined && <p className="template-quiet">{plural(template.nodes, "node")}</p>}
        <ul className="template-plugins" aria-label={`Plugins of ${template.title}`}>
          {template.plugins.map(({ name, range }) => (
            <PluginLine key={name} name={name} range={range} missing={template.missing.find((entry) => entry.name === name)} onEnabled={onEnabled} />
          ))}
        </ul>
        <div className="template-acts">
          <Button kind="primary" reason={editor} aria-label={`Use template ${template.title}`}
            onClick={() => navigate("/pipelines/new?template=" + encodeURIComponent(template.name))}>
            Use template
          </Button>
        </div>
      </div>
    </Card>
  );
}

interface LineProps {
  name: string;
  range: string;
  missing?: Template["missing"][number];
  onEnabled: () => void;
}

function PluginLine({ name, range, missing, onEnabled }: LineProps) {
  const { user } = useSession();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem>();
  const enable = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await send("POST", `/plugins/${encodeURIComponent(name)}/enable`);
      onEnabled();
    } catch (thrown) {
      setProblem(asProblem(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <li>
      {missing && !missing.available ? <span>{name}</span> : <Link to={addresses.plugin(name)}>{name}</Link>}
      <span className="template-quiet">{range}</span>
      {!missing && <StatusBadge status="ready" quiet />}
      {missing && !missing.available && <Badge tone="warn">Missing</Badge>}
      {missing?.available && <StatusBadge status="available" quiet />}
      {missing?.available && (
        <Button size="small" busy={busy} aria-label={`Enable ${name}`} onClick={() => void enable()}
          reason={user.admin ? undefined : "Only an admin enables plugins."}>
          Enable
        </Button>
      )}
      {missing?.reason && <span className="template-quiet">{missing.reason}</span>}
      {problem && <ProblemView problem={problem} />}
    </li>
  );
}
