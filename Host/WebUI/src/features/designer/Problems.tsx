// What keeps the document from running; each leads to its node.
import type { Problem } from "../../api";
import { Icon } from "../../ui";

export function Problems({ problems, onOpen }: { problems: Problem[]; onOpen: (problem: Problem) => void }) {
  if (problems.length === 0) return null;
  return (
    <section className="dz-problems" aria-label="Problems">
      <h2>{problems.length} problem{problems.length === 1 ? "" : "s"}</h2>
      <ul>
        {problems.map((problem, index) => {
          const node = problem.node ?? /^\/nodes\/([^/]+)/.exec(problem.at?.pointer ?? "")?.[1];
          return (
            <li key={index}>
              <button type="button" className="dz-problem" onClick={() => onOpen(problem)}>
                <Icon name="warn" />
                <span><b>{node ?? "document"}</b> {problem.title}: {problem.detail}{problem.at?.line ? ` (line ${problem.at.line})` : ""}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
