// The models and datasets that an evaluation is about, each with a link to its version.
import { Fragment } from "react";
import type { DatasetMention, EvaluatedModel } from "../../api";
import { addresses, Link } from "../../app/router";

export function ModelLinks({ models }: { models: EvaluatedModel[] }) {
  if (models.length === 0) return <>–</>;
  return (
    <>
      {models.map((entry, at) => (
        <Fragment key={at}>
          {at > 0 && ", "}
          {entry.model === undefined ? <span title="Not registered">{entry.node}</span>
            : <Link to={`${addresses.model(entry.model)}${entry.version === undefined ? "" : `?version=${entry.version}`}`}>{entry.model}{entry.version !== undefined && `@${entry.version}`}</Link>}
        </Fragment>
      ))}
    </>
  );
}

export function DatasetLinks({ datasets }: { datasets: DatasetMention[] }) {
  if (datasets.length === 0) return <>–</>;
  return (
    <>
      {datasets.map((entry, at) => (
        <Fragment key={at}>
          {at > 0 && ", "}
          <Link to={`${addresses.dataset(entry.dataset)}?version=${entry.version}`}>{entry.dataset} {entry.version}</Link>
        </Fragment>
      ))}
    </>
  );
}
