// One comment: who, when, what; edit and delete for its author, resolve for all who may write.
import { useState } from "react";
import { send, type Resource } from "../../api/client";
import type { Comment, Comments } from "../../api/types";
import { addressOfSubject, Link } from "../../app/router";
import { useSession } from "../../app/session";
import { Avatar, Button, ConfirmDialog, Markdown, Menu, RelativeTime, useToast } from "../../ui";
import { CommentField } from "./CommentField";
import type { Name } from "./mentions";

interface EntryProps {
  entry: Comment;
  list: Resource<Comments>;
  names: Name[];
  /** Why the person may not write here. */
  reason?: string;
  /** What the list is about; a pipeline's has what was said of its nodes too. */
  subject: string;
}

export function CommentEntry({ entry, list, names, reason, subject }: EntryProps) {
  const { user } = useSession();
  const toast = useToast();
  const [draft, setDraft] = useState<string | null>(null);
  const [removing, setRemoving] = useState(false);
  const [busy, setBusy] = useState(false);
  const mine = entry.author === user.name;
  const elsewhere = entry.subject === subject ? undefined : entry.subject.split("#")[1];
  const path = "/comments/" + entry.id;
  const title = names.find((name) => name.name === entry.author)?.title;

  const change = async (body: { text?: string; resolved?: boolean }) => {
    setBusy(true);
    try {
      const { data } = await send<Comment>("PATCH", path, { body });
      list.replace({ items: (list.data?.items ?? []).map((other) => (other.id === entry.id ? data : other)) });
      setDraft(null);
    } catch (thrown) {
      toast.problem(thrown);
    } finally {
      setBusy(false);
    }
  };
  const save = () => {
    if (draft?.trim()) void change({ text: draft.trim() });
  };

  return (
    <li className="comments-entry">
      <Avatar name={title || entry.author} size={24} />
      <div className="comments-body">
        <div className="comments-head">
          <strong>{title || entry.author}</strong>
          <span className="comments-when">
            <RelativeTime at={entry.created_at} />
            {elsewhere && <> on <Link to={`${addressOfSubject(entry.subject)}&tab=comments`}>{elsewhere}</Link></>}
            {entry.edited_at && ", edited"}
          </span>
          <Menu
            label={"Actions on the comment by " + entry.author}
            size="small"
            align="end"
            items={[
              { label: entry.resolved ? "Open again" : "Resolve", icon: entry.resolved ? "undo" : "tick", reason, onSelect: () => void change({ resolved: !entry.resolved }) },
              mine && { label: "Edit", icon: "edit", reason, onSelect: () => setDraft(entry.text) },
              mine && { label: "Delete", icon: "trash", danger: true, reason, onSelect: () => setRemoving(true) },
            ]}
          />
        </div>
        {draft === null ? (
          <Markdown text={entry.text} />
        ) : (
          <div className="comments-new">
            <CommentField label="Comment" value={draft} onChange={setDraft} names={names} onSubmit={save} autoFocus />
            <div className="comments-actions">
              <Button size="small" onClick={() => setDraft(null)}>
                Cancel
              </Button>
              <Button kind="primary" size="small" busy={busy} disabled={!draft.trim()} onClick={save}>
                Save
              </Button>
            </div>
          </div>
        )}
      </div>
      {removing && (
        <ConfirmDialog
          title="Delete this comment?"
          confirm="Delete"
          danger
          onClose={() => setRemoving(false)}
          onConfirm={async () => {
            await send("DELETE", path);
            list.replace({ items: (list.data?.items ?? []).filter((other) => other.id !== entry.id) });
          }}
        >
          <p>It can't be brought back.</p>
        </ConfirmDialog>
      )}
    </li>
  );
}
