// Rules that a dataset's profile supports: each with its reason, to choose and add to the pipeline that publishes it.
import { useState } from "react";
import { type RuleSuggestion, type RuleSuggestions, useResource } from "../../api";
import { addresses, Link } from "../../app/router";
import { Badge, Button, Card, Checkbox, ProblemView, Skeleton } from "../../ui";
import { valueText } from "../datasets/values";
import { ProposalDialog } from "./ProposalDialog";
import "./quality.css";

export function Suggestions({ dataset }: { dataset: string }) {
  const { data, problem, reload } = useResource<RuleSuggestions>("/quality/suggestions", { dataset }, {
    on: (event) => event.type === "dataset.published" && event.subject === dataset,
  });
  const [chosen, setChosen] = useState<Set<string>>(new Set());
  const [rules, setRules] = useState<Record<string, unknown>[]>();
  const key = (suggestion: RuleSuggestion) => JSON.stringify(suggestion.rule);
  const toggle = (suggestion: RuleSuggestion) => {
    const next = new Set(chosen);
    if (!next.delete(key(suggestion))) next.add(key(suggestion));
    setChosen(next);
  };
  const open = data?.items.filter((item) => !item.covered) ?? [];
  const covered = data?.items.filter((item) => item.covered) ?? [];
  const picked = open.filter((item) => chosen.has(key(item)));
  const reason = picked.length === 0
    ? "Choose a rule first."
    : data?.pipeline ? undefined : "No pipeline publishes this dataset; a rule needs one to run in.";
  return (
    <Card
      title="Suggested rules"
      subtitle={data && (data.pipeline
        ? <>From version {data.version}, for <Link to={addresses.pipeline(data.pipeline)}>{data.pipeline}</Link></>
        : <>From version {data.version}</>)}
      actions={open.length > 0 && (
        <Button reason={reason} onClick={() => setRules(picked.map((item) => item.rule))}>
          {picked.length === 0 ? "Add rules" : picked.length === 1 ? "Add 1 rule" : `Add ${picked.length} rules`}
        </Button>
      )}
    >
      {problem && !data && <ProblemView problem={problem} onRetry={() => void reload()} />}
      {!data && !problem && <Skeleton lines={4} />}
      {data && open.length === 0 && (
        <p className="quality-quiet">
          {covered.length > 0 ? "Every rule that the profile supports is checked already." : "The profile supports no rule beyond doubt."}
        </p>
      )}
      <ul className="quality-suggestions">
        {open.map((item) => (
          <li key={key(item)}>
            <Checkbox
              label={<span className="quality-rule"><strong>{ruleWords(item.rule)}</strong>{item.reason}</span>}
              checked={chosen.has(key(item))}
              onChange={() => toggle(item)}
            />
          </li>
        ))}
        {covered.map((item) => (
          <li key={key(item)} className="is-covered">
            <span className="quality-rule"><strong>{ruleWords(item.rule)}</strong>{item.reason}</span>
            <Badge tone="ok" icon="tick">Checked already</Badge>
          </li>
        ))}
      </ul>
      {rules && (
        <ProposalDialog
          title={rules.length === 1 ? "Add a rule" : `Add ${rules.length} rules`}
          edit={{ dataset, rules }}
          onClose={() => setRules(undefined)}
          onSaved={() => {
            setChosen(new Set());
            void reload();
          }}
        />
      )}
    </Card>
  );
}

/** `in_set: origin, values EWR, JFK, LGA` */
export function ruleWords(rule: Record<string, unknown>): string {
  const { rule: name, column, columns, ...rest } = rule;
  const on = typeof column === "string" ? column : Array.isArray(columns) ? columns.join(", ") : undefined;
  const more = Object.entries(rest).map(([key, value]) =>
    `${key.replace(/_/g, " ")} ${Array.isArray(value) ? value.map((value) => valueText(value)).join(", ") : valueText(value)}`
  );
  return [on ? `${String(name)}: ${on}` : String(name), ...more].join(" · ");
}
