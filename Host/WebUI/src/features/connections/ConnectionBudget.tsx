// What may go through a provider's connection today, what has, and the form that changes it.
import { useState } from "react";
import { asProblem, type ApiProblem, type Connection, type ConnectionBudget as Budget, send } from "../../api";
import { figure } from "../../charts";
import { Button, Card, Dialog, NumberField, ProblemView } from "../../ui";
import { budgetRows, connectionPath } from "./connectionWords";

interface Props {
  connection: Connection;
  reason?: string;
  onChange: () => void;
}

export function ConnectionBudget({ connection: { connection, usage }, reason, onChange }: Props) {
  const [changing, setChanging] = useState(false);
  const rows = budgetRows(connection.budget, usage, new Date().toISOString().slice(0, 10));
  return (
    <Card
      title="Budget of a day"
      subtitle="Days end at midnight UTC. At a limit no further request goes out, and a run that needs one fails and can be resumed."
      actions={<Button size="small" icon="edit" reason={reason} onClick={() => setChanging(true)}>Change</Button>}
    >
      {rows.length === 0 && <p className="ui-help">No limits.</p>}
      <dl className="connection-budget">
        {rows.map(({ key, title, used, limit, share }) => (
          <div key={key}>
            <dt>{title}</dt>
            <dd>
              <meter min={0} max={1} value={share} high={0.8} optimum={0} aria-label={`${title} used today`} />
              <span>{used === undefined ? `at most ${figure(limit)}; nothing told yet` : `${figure(used)} of ${figure(limit)} today`}</span>
            </dd>
          </div>
        ))}
      </dl>
      {changing && (
        <BudgetDialog budget={connection.budget ?? {}} onClose={() => setChanging(false)}
          onSave={async (budget) => {
            await send("PUT", connectionPath(connection.project, connection.name, "/budget"), { body: budget });
            onChange();
          }} />
      )}
    </Card>
  );
}

function BudgetDialog({ budget, onClose, onSave }: { budget: Budget; onClose: () => void; onSave: (budget: Budget) => Promise<void> }) {
  const [requests, setRequests] = useState<number | null>(budget.requests_per_day ?? null);
  const [tokens, setTokens] = useState<number | null>(budget.tokens_per_day ?? null);
  const [cost, setCost] = useState<number | null>(budget.cost_per_day ?? null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem>();
  const save = async () => {
    setBusy(true);
    try {
      await onSave({ requests_per_day: requests ?? undefined, tokens_per_day: tokens ?? undefined, cost_per_day: cost ?? undefined });
      onClose();
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog title="Budget of a day" onClose={onClose} onSubmit={() => void save()}
      actions={<><Button onClick={onClose}>Cancel</Button><Button type="submit" kind="primary" busy={busy}>Save</Button></>}>
      <p className="ui-help">An empty field is no limit.</p>
      <NumberField label="Requests" integer min={0} value={requests} onChange={setRequests} data-autofocus />
      <NumberField label="Tokens" help="Into the model and out of it." integer min={0} value={tokens} onChange={setTokens} />
      <NumberField label="Cost" help="In the currency of the prices in the configuration; without prices nobody can count it." min={0} value={cost} onChange={setCost} />
      {problem && <ProblemView problem={problem} compact />}
    </Dialog>
  );
}
