// Names and values in two columns.
import type { ReactNode } from "react";

export type Fact = [name: string, value: ReactNode] | null | false | undefined;

export function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl className="settings-facts">
      {facts.map(
        (fact) =>
          fact && (
            <div key={fact[0]}>
              <dt>{fact[0]}</dt>
              <dd>{fact[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
