// An answer's tokens, shaded by how little they were to be expected; the chosen one says what else could have stood there.
import { type KeyboardEvent, useId, useState } from "react";
import { SimpleTable } from "../../table";
import { percent, surprise, type Token } from "./answer";

export function Tokens({ tokens, label }: { tokens: Token[]; label: string }) {
  const id = useId();
  const [at, setAt] = useState<number>();
  const chosen = at === undefined ? undefined : tokens[at];
  const press = (event: KeyboardEvent) => {
    const last = tokens.length - 1;
    const next = { ArrowRight: (at ?? -1) + 1, ArrowLeft: (at ?? 1) - 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setAt(Math.max(0, Math.min(last, next)));
  };
  return (
    <>
      <div className="play-tokens" role="listbox" aria-label={label} tabIndex={0} onKeyDown={press} onFocus={() => setAt(at ?? 0)}
        aria-activedescendant={at === undefined ? undefined : `${id}-${at}`}>
        {tokens.map((entry, index) => (
          <span key={index} id={`${id}-${index}`} role="option" aria-selected={index === at} title={percent(entry.logprob)}
            className={`play-token is-surprise-${surprise(entry.logprob)}`} onClick={() => setAt(index)}>{entry.token}</span>
        ))}
      </div>
      {chosen && (
        <div className="play-alternatives">
          <p className="play-quiet">Token {(at ?? 0) + 1} of {tokens.length}: <code>{JSON.stringify(chosen.token)}</code>, {percent(chosen.logprob)}</p>
          {chosen.top && chosen.top.length > 0 && (
            <SimpleTable label="Most likely tokens" rows={chosen.top} columns={[
              { key: "token", title: "Token", kind: "id", value: (row) => JSON.stringify(row.token) },
              { key: "share", title: "Probability", kind: "figure", value: (row) => percent(row.logprob) },
              { key: "logprob", title: "Logarithm", kind: "figure", value: (row) => Number(row.logprob.toFixed(4)) },
            ]} />
          )}
        </div>
      )}
    </>
  );
}
