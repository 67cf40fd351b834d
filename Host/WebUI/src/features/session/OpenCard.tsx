// The card of the pages before the sign-in.
import { useEffect, type ReactNode } from "react";
import { Icon } from "../../ui";
import "./session.css";

export function OpenCard({ title, wide, children }: { title: string; wide?: boolean; children: ReactNode }) {
  useEffect(() => {
    document.title = title + " · OpenTrustEval";
  }, [title]);
  return (
    <div className={"session-card" + (wide ? " is-wide" : "")}>
      <p className="session-brand">
        <Icon name="shield" size={20} />
        OpenTrustEval
      </p>
      <h1 tabIndex={-1} data-page-heading>
        {title}
      </h1>
      {children}
    </div>
  );
}
