// Who did what, in a chain of hashes that shows any change; filtered, and checked on demand.
import { useEffect, useState } from "react";
import { asProblem, send, usePages, type ApiProblem } from "../../api/client";
import type { AuditEntry, AuditVerdict } from "../../api/types";
import { useQueryState } from "../../app/router";
import { Button, Card, Copyable, EmptyState, Figure, Icon, ProblemView, RelativeTime, Skeleton, TextField, Toolbar, useInfinite } from "../../ui";
import { Rows } from "./Rows";

/** Follows typing after a rest. */
function useRested(value: string, rest = 300): string {
  const [kept, setKept] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setKept(value), rest);
    return () => window.clearTimeout(timer);
  }, [value, rest]);
  return kept;
}

export function AuditTab() {
  const [actor, setActor] = useQueryState("actor");
  const [action, setAction] = useQueryState("action");
  const [subject, setSubject] = useQueryState("subject");
  const query = { actor: useRested(actor), action: useRested(action), subject: useRested(subject), limit: 100 };
  const list = usePages<AuditEntry>("/audit", query);
  const end = useInfinite(list);
  return (
    <>
      <Verify />
      <Card title="Audit log" flush>
        <div className="settings-pad">
          <Toolbar label="Filter">
            <TextField label="Who" type="search" value={actor} onChange={setActor} maxLength={200} />
            <TextField label="What" type="search" placeholder="pipeline.save" value={action} onChange={setAction} maxLength={100} />
            <TextField label="About" type="search" value={subject} onChange={setSubject} maxLength={300} />
          </Toolbar>
        </div>
        {list.problem && <div className="settings-pad"><ProblemView problem={list.problem} onRetry={list.reload} /></div>}
        {list.loading && <div className="settings-pad"><Skeleton lines={8} /></div>}
        {list.items?.length === 0 && (
          <EmptyState icon="history" title="No entry fits" text="Every change on this host leaves an entry here; fewer filters show more." />
        )}
        {!!list.items?.length && (
          <Rows
            label="Audit log"
            rows={list.items}
            id={(entry) => entry.id}
            columns={[
              { title: "When", cell: (entry) => <RelativeTime at={entry.at} /> },
              {
                title: "Who",
                cell: (entry) => (
                  <>
                    {entry.actor.name} {entry.actor.kind !== "user" && <span className="ui-help">{entry.actor.kind}</span>}
                  </>
                ),
              },
              { title: "What", cell: (entry) => <code>{entry.action}</code> },
              { title: "About", cell: (entry) => <span className="settings-wrap">{entry.subject}</span> },
              { title: "Project", cell: (entry) => entry.project ?? "" },
              { title: "Detail", cell: (entry) => <Detail value={entry.detail} /> },
              { title: "Hash", cell: (entry) => <Copyable text={entry.hash} short={entry.hash.replace(/^sha256:/, "").slice(0, 8)} label="Copy the hash" /> },
            ]}
          />
        )}
        <div ref={end} />
        {list.loadingMore && <div className="settings-pad"><Skeleton lines={2} /></div>}
      </Card>
    </>
  );
}

function Detail({ value }: { value: unknown }) {
  if (value === null || value === undefined || (typeof value === "object" && Object.keys(value as object).length === 0)) return null;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return (
    <span className="settings-detail" title={text}>
      {text}
    </span>
  );
}

function Verify() {
  const [verdict, setVerdict] = useState<AuditVerdict | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const verify = async () => {
    setBusy(true);
    setProblem(null);
    try {
      setVerdict((await send<AuditVerdict>("POST", "/audit/verify")).data);
    } catch (thrown) {
      setProblem(asProblem(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card
      title="Does the chain hold?"
      subtitle="Each entry's hash covers the entry and the hash before it. On the host, ote audit verify does the same."
      actions={
        <Button icon="shield" busy={busy} onClick={() => void verify()}>
          Verify
        </Button>
      }
    >
      <div role="status">
        {problem && <ProblemView problem={problem} compact />}
        {verdict &&
          (verdict.holds ? (
            <p className="settings-verdict">
              <Icon name="succeeded" className="ui-tone-text-ok" />
              <span>
                The chain holds over <Figure value={verdict.entries} /> entries.
              </span>
              {verdict.last && <Copyable text={verdict.last} short={verdict.last.replace(/^sha256:/, "").slice(0, 12)} label="Copy the newest hash" />}
            </p>
          ) : (
            <p className="settings-verdict">
              <Icon name="failed" className="ui-tone-text-error" />
              <span>
                The chain is broken{verdict.broken_at !== undefined && <> at entry {verdict.broken_at}</>}: {verdict.reason ?? "an entry was changed or removed."}
              </span>
            </p>
          ))}
        {!verdict && !problem && <p className="ui-help">Not checked since this page was opened.</p>}
      </div>
    </Card>
  );
}
