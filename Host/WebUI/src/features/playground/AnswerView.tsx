// One model's answer: its words as they come, what it cost, and whether it kept to the schema.
import { useMemo } from "react";
import { type Schema, validate } from "../../forms";
import { Badge, plural, ProblemView, StatusBadge } from "../../ui";
import { seconds } from "../../charts";
import { type Answer, tokensAreText } from "./answer";
import { Tokens } from "./Tokens";

interface Props {
  answer: Answer;
  name: string;
  schema?: Record<string, unknown>;
}

const states = { running: "running", done: "succeeded", stopped: "stopped", failed: "failed" };

export function AnswerView({ answer, name, schema }: Props) {
  const same = tokensAreText(answer);
  const empty = answer.text === "" && answer.state !== "running" && answer.problems.length === 0 && answer.calls.length === 0;
  return (
    <div className="play-answer" role="group" aria-label={`Answer of ${name}`}>
      {answer.reasoning && <details><summary>Reasoning</summary><p className="play-text">{answer.reasoning}</p></details>}
      {!same && answer.text && <p className="play-text">{answer.text}</p>}
      {empty && <p className="play-quiet">It said nothing.</p>}
      {answer.tokens.length > 0 && <Tokens tokens={answer.tokens} label={`Tokens of ${name}`} />}
      {answer.calls.length > 0 && <pre className="play-calls" tabIndex={0} role="region" aria-label={`Tool calls of ${name}`}>{JSON.stringify(answer.calls, null, 2)}</pre>}
      {answer.problems.map((problem, at) => <ProblemView key={at} problem={problem} compact />)}
      <p className="play-foot">
        <span role="status"><StatusBadge status={states[answer.state]} quiet /></span>
        {answer.finish && <span>ended by {answer.finish.replace(/_/g, " ")}</span>}
        {answer.input !== undefined && <span>{plural(answer.input, "token")} in</span>}
        {answer.output !== undefined && <span>{plural(answer.output, "token")} out</span>}
        {answer.seconds !== undefined && <span>{seconds(answer.seconds)}</span>}
        {schema && answer.state === "done" && <Kept text={answer.text} schema={schema} />}
      </p>
    </div>
  );
}

function Kept({ text, schema }: { text: string; schema: Record<string, unknown> }) {
  const problem = useMemo(() => {
    try {
      const [first] = validate(schema as Schema, JSON.parse(text));
      return first && `${first.pointer || "The whole"}: ${first.message}`;
    } catch {
      return "It is no JSON.";
    }
  }, [text, schema]);
  return problem
    ? <Badge tone="error" icon="error" title={problem}>Not to the schema: {problem}</Badge>
    : <Badge tone="ok" icon="tick">Keeps to the schema</Badge>;
}
