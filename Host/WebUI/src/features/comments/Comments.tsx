// What people say about a thing; live, with mentions, kept drafts, and threads that can be resolved.
import { useState } from "react";
import { asProblem, newKey, send, useResource } from "../../api/client";
import type { Comment, Comments as CommentList, Members } from "../../api/types";
import { useSession } from "../../app/session";
import { Button, EmptyState, ProblemView, Skeleton, useToast } from "../../ui";
import { CommentEntry } from "./CommentEntry";
import { CommentField } from "./CommentField";
import { type Name, untold } from "./mentions";
import "./comments.css";

interface CommentsProps {
  /** `pipeline:NAME`, `pipeline:NAME#NODE`, `run:ID`, `run:ID#NODE`, `dataset:NAME` */
  subject: string;
  project: string;
}

export function Comments({ subject, project }: CommentsProps) {
  const { why } = useSession();
  const toast = useToast();
  const list = useResource<CommentList>("/comments", { subject }, { on: (event) => event.type.startsWith("comment.") });
  const members = useResource<Members>(`/projects/${encodeURIComponent(project)}/members`);
  const draftKey = "ote.comment." + subject;
  const [text, setText] = useState(() => window.localStorage.getItem(draftKey) ?? "");
  const [key, setKey] = useState(newKey);
  const [busy, setBusy] = useState(false);
  const [showResolved, setShowResolved] = useState(false);
  const reason = why("editor", project);
  const names = namesOf(members.data?.items ?? [], list.data?.items ?? []);

  const write = (next: string) => {
    setText(next);
    if (next) window.localStorage.setItem(draftKey, next);
    else window.localStorage.removeItem(draftKey);
  };
  const add = async () => {
    if (!text.trim() || busy || reason) return;
    setBusy(true);
    try {
      const { data } = await send<Comment>("POST", "/comments", { body: { subject, text: text.trim() }, idempotencyKey: key });
      const items = (list.data?.items ?? []).filter((entry) => entry.id !== data.id);
      list.replace({ items: [...items, data] });
      write("");
      setKey(newKey());
      const lost = untold(data.text, [...data.mentions, data.author]);
      if (lost.length > 0) toast(`Nobody here is called ${lost.map((name) => "@" + name).join(", ")}, so nobody was told`);
    } catch (thrown) {
      toast.problem(asProblem(thrown));
    } finally {
      setBusy(false);
    }
  };

  const all = list.data?.items;
  const open = all?.filter((entry) => !entry.resolved) ?? [];
  const resolved = all?.filter((entry) => entry.resolved) ?? [];
  return (
    <section className="comments" aria-label="Comments">
      {list.problem && !all && <ProblemView problem={list.problem} onRetry={() => void list.reload()} />}
      {list.loading && <Skeleton lines={4} />}
      {all?.length === 0 && <EmptyState icon="comment" title="No comments yet" text="Ask, note or decide something here; @name tells that person." />}
      {open.length > 0 && (
        <ol className="comments-list">
          {open.map((entry) => (
            <CommentEntry key={entry.id} entry={entry} list={list} names={names} reason={reason} subject={subject} />
          ))}
        </ol>
      )}
      {resolved.length > 0 && (
        <div>
          <Button kind="quiet" size="small" icon={showResolved ? "chevron-down" : "chevron-right"} aria-expanded={showResolved} onClick={() => setShowResolved(!showResolved)}>
            {resolved.length} resolved
          </Button>
          {showResolved && (
            <ol className="comments-list comments-resolved">
              {resolved.map((entry) => (
                <CommentEntry key={entry.id} entry={entry} list={list} names={names} reason={reason} subject={subject} />
              ))}
            </ol>
          )}
        </div>
      )}
      <form
        className="comments-new"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <CommentField label="Comment" value={text} onChange={write} names={names} onSubmit={() => void add()} disabled={!!reason} />
        <div className="comments-actions">
          <span className="ui-help">{reason ?? "Ctrl+Enter sends. Markdown and @name work."}</span>
          <Button type="submit" kind="primary" size="small" busy={busy} reason={reason} disabled={!text.trim()}>
            Comment
          </Button>
        </div>
      </form>
    </section>
  );
}

export default Comments;

/** Members, and who else has said something here: admins of the host are in no list of members. */
function namesOf(members: Members["items"], comments: Comment[]): Name[] {
  const known = members.map((member) => ({ name: member.user, title: member.title }));
  const others = new Set(comments.map((entry) => entry.author).filter((author) => !known.some(({ name }) => name === author)));
  return [...known, ...Array.from(others, (name) => ({ name }))];
}
