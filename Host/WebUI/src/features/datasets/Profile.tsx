// Each column's figures and distribution in one version.
import { useMemo, useState } from "react";
import { type Profile as ProfileData, useResource } from "../../api";
import { Card, EmptyState, Figure, ProblemView, Skeleton, TextField } from "../../ui";
import { ProfileCard } from "./ProfileCard";
import { versionPath } from "./paths";

/** More cards are drawn on demand: a chart each, for a thousand columns, is too much at once. */
const cardsAtOnce = 60;

export function Profile({ dataset, version }: { dataset: string; version: number }) {
  const { data, problem, reload } = useResource<ProfileData>(versionPath(dataset, version, "/profile"));
  const [text, setText] = useState("");
  const [most, setMost] = useState(cardsAtOnce);
  const found = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return (data?.columns ?? []).filter(({ name, type }) => `${name} ${type}`.toLowerCase().includes(wanted));
  }, [data, text]);
  if (problem && !data) return <ProblemView problem={problem} onRetry={() => void reload()} />;
  if (!data) {
    return (
      <div className="dataset-profile">
        {[1, 2, 3, 4, 5, 6].map((key) => <Card key={key}><Skeleton lines={5} label="Profile of a column" /></Card>)}
      </div>
    );
  }
  return (
    <>
      <div className="dataset-tools">
        <TextField
          label="Find a column"
          hideLabel
          type="search"
          placeholder="Find a column"
          value={text}
          onChange={setText}
          data-search
        />
        <span className="dataset-quiet">
          <Figure value={data.columns.length} unit={data.columns.length === 1 ? "column" : "columns"} />
        </span>
      </div>
      {found.length === 0 && <EmptyState title="No column fits" text="Search looks at names and types." />}
      <div className="dataset-profile">
        {found.slice(0, most).map((column) => <ProfileCard key={column.name} dataset={dataset} column={column} />)}
      </div>
      {found.length > most && (
        <button type="button" className="ui-button ui-button-secondary" onClick={() => setMost(most + cardsAtOnce)}>
          Show {Math.min(cardsAtOnce, found.length - most)} more
        </button>
      )}
    </>
  );
}
