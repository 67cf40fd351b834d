// A failure as a person needs it: what happened, whose fault, what to do next, and the page of its code.
import type { ProblemShape } from "../api/problem";
import { Button } from "./Button";
import { addresses } from "../app/router";
import { Icon } from "./Icon";
import "./problem.css";

const BLAME: Record<string, string> = {
  user: "Something here needs changing",
  plugin: "The plugin is at fault",
  external: "Something outside this host is at fault",
  host: "The host is at fault",
};

export interface ProblemViewProps {
  problem: ProblemShape;
  onRetry?: () => void;
  compact?: boolean;
}

function where(problem: ProblemShape): string | null {
  const { at } = problem;
  if (!at) return null;
  const parts = [at.file, at.line !== undefined && `line ${at.line}`, at.line === undefined && at.pointer];
  return parts.filter(Boolean).join(", ") || null;
}

export function ProblemView({ problem, onRetry, compact }: ProblemViewProps) {
  const blame = problem.plugin && problem.origin === "plugin" ? `The plugin ${problem.plugin} is at fault` : BLAME[problem.origin ?? ""];
  const place = where(problem);
  return (
    <div className={"ui-problem" + (compact ? " ui-problem-compact" : "")} role="alert">
      <Icon name="error" />
      <div className="ui-problem-words">
        <p className="ui-problem-title">{problem.title}</p>
        {problem.detail && <p className="ui-problem-detail">{problem.detail}</p>}
        {problem.problems && problem.problems.length > 0 && (
          <ul className="ui-problem-list">
            {problem.problems.map((part, index) => (
              <li key={index}>
                {part.detail}
                {where(part) && <span className="ui-problem-place"> ({where(part)})</span>}
              </li>
            ))}
          </ul>
        )}
        {problem.next && <p className="ui-problem-next">{problem.next}</p>}
        <p className="ui-problem-facts">
          {blame && <span>{blame}</span>}
          {problem.node && <span>node {problem.node}</span>}
          {place && <span>{place}</span>}
          {problem.code && (
            <a href={addresses.problem(problem.code)} target="_blank" rel="noreferrer">
              {problem.code}
            </a>
          )}
        </p>
        {onRetry && (
          <Button size="small" icon="refresh" onClick={onRetry}>
            Retry
          </Button>
        )}
      </div>
    </div>
  );
}
