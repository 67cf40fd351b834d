// What stands where the content will be: a skeleton, an empty page's one sentence, or the problem and what to do.
import { useEffect, useState, type ReactNode } from "react";
import { Link } from "../app/router";
import { Icon } from "./Icon";
import { Page } from "./Layout";
import "./states.css";

/** Bars in the place of text; not shown for loads under 150 ms. */
export function Skeleton({ lines = 3, height, width, label = "Loading" }: { lines?: number; height?: number; width?: number | string; label?: string }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setShown(true), 150);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <div className="ui-skeleton" data-shown={shown || undefined} role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} className="ui-bone" style={{ height: height ?? 14, width: width ?? WIDTHS[index % WIDTHS.length] }} />
      ))}
    </div>
  );
}

const WIDTHS = ["92%", "78%", "85%", "64%", "88%"];

export interface EmptyStateProps {
  title: string;
  text?: ReactNode;
  action?: ReactNode;
  icon?: string;
}

export function EmptyState({ title, text, action, icon }: EmptyStateProps) {
  return (
    <div className="ui-empty">
      {icon && <Icon name={icon} size={24} />}
      <p className="ui-empty-title">{title}</p>
      {text && <p className="ui-empty-text">{text}</p>}
      {action && <div className="ui-empty-action">{action}</div>}
    </div>
  );
}

interface NotFoundProps {
  what?: string;
  back?: { to: string; title: string };
}

/** Nothing at this address. */
export function NotFoundPage(props: NotFoundProps) {
  return (
    <Page title="Not found">
      <NotFound {...props} />
    </Page>
  );
}

export function NotFound({ what = "page", back }: NotFoundProps) {
  return (
    <EmptyState
      icon="search"
      title={`There is no such ${what}`}
      text="It may have been removed, or the address is not whole."
      action={<Link to={back?.to ?? "/"}>{back?.title ?? "Go to Home"}</Link>}
    />
  );
}
