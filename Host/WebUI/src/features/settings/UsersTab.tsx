// The people of this host, for its admins: add, disable, make admin, new link, remove.
import { useState } from "react";
import { send, useResource } from "../../api/client";
import type { User, Users, UserWithLink } from "../../api/types";
import { useSession } from "../../app/session";
import { providerOf, useProviders } from "../session/Providers";
import { Avatar, Badge, Button, Card, ConfirmDialog, Dialog, Menu, ProblemView, RelativeTime, Skeleton, useToast } from "../../ui";
import { NewUserDialog, UserEditDialog } from "./UserDialogs";
import { LinkNote } from "./LinkNote";
import { Rows } from "./Rows";

export function UsersTab() {
  const { user: me } = useSession();
  const toast = useToast();
  const users = useResource<Users>("/users", undefined, { on: (event) => event.type.startsWith("user.") });
  const providers = useProviders();
  const [adding, setAdding] = useState(false);
  const [editing, setEditing] = useState<User | null>(null);
  const [removing, setRemoving] = useState<User | null>(null);
  const [link, setLink] = useState<UserWithLink | null>(null);
  const path = (user: User) => "/users/" + encodeURIComponent(user.name);

  const change = async (user: User, body: Partial<User>, said: string) => {
    try {
      await send("PATCH", path(user), { body });
      await users.reload();
      toast.show({ text: said, tone: "ok" });
    } catch (thrown) {
      toast.problem(thrown);
    }
  };
  const newLink = async (user: User) => {
    try {
      setLink((await send<UserWithLink>("POST", path(user) + "/link")).data);
    } catch (thrown) {
      toast.problem(thrown);
    }
  };
  const own = "You can't do this to yourself; another admin can.";

  return (
    <Card
      title="People"
      subtitle="Each gets a sign-in link that works once. What they may do is decided in each project."
      flush
      actions={
        <Button kind="primary" size="small" icon="plus" onClick={() => setAdding(true)}>
          Add a person
        </Button>
      }
    >
      {users.problem && <ProblemView problem={users.problem} onRetry={() => void users.reload()} />}
      {users.loading && <div className="settings-pad"><Skeleton lines={5} /></div>}
      {users.data && (
        <Rows
          label="People"
          rows={users.data.items}
          id={(user) => user.name}
          columns={[
            {
              title: "Person",
              cell: (user) => (
                <span className="settings-person">
                  <Avatar name={user.title || user.name} />
                  <span>
                    {user.title || user.name}
                    <span className="ui-help"> {user.name}{user.email ? " · " + user.email : ""}</span>
                  </span>
                </span>
              ),
            },
            {
              title: "Status",
              cell: (user) => (
                <span className="settings-badges">
                  {user.admin && <Badge tone="accent">admin</Badge>}
                  {user.disabled && <Badge tone="warn" icon="paused">disabled</Badge>}
                  {!user.admin && !user.disabled && "active"}
                </span>
              ),
            },
            {
              title: "Signs in",
              cell: (user) =>
                user.identity ? <span title={user.identity}>with {providerOf(user.identity, providers)}</span> : "with a password",
            },
            { title: "Last seen", cell: (user) => (user.last_seen_at ? <RelativeTime at={user.last_seen_at} /> : "never") },
            { title: "Added", cell: (user) => <RelativeTime at={user.created_at} /> },
            {
              title: "Actions",
              hideTitle: true,
              end: true,
              cell: (user) => {
                const self = user.name === me.name ? own : undefined;
                return (
                  <Menu
                    label={"Actions on " + user.name}
                    size="small"
                    align="end"
                    items={[
                      { label: "Edit", icon: "edit", onSelect: () => setEditing(user) },
                      { label: "New sign-in link", icon: "link", onSelect: () => void newLink(user) },
                      user.admin
                        ? { label: "Take admin away", icon: "shield", reason: self, onSelect: () => void change(user, { admin: false }, `${user.name} is no longer an admin.`) }
                        : { label: "Make admin of the host", icon: "shield", onSelect: () => void change(user, { admin: true }, `${user.name} is an admin now.`) },
                      user.disabled
                        ? { label: "Enable", icon: "play", onSelect: () => void change(user, { disabled: false }, `${user.name} can sign in again.`) }
                        : { label: "Disable", icon: "pause", reason: self, onSelect: () => void change(user, { disabled: true }, `${user.name} is signed out and can't sign in.`) },
                      "divider",
                      { label: "Remove", icon: "trash", danger: true, reason: self, onSelect: () => setRemoving(user) },
                    ]}
                  />
                );
              },
            },
          ]}
        />
      )}
      {adding && <NewUserDialog onClose={() => setAdding(false)} onMade={(made) => { setAdding(false); setLink(made); void users.reload(); }} />}
      {editing && <UserEditDialog user={editing} onClose={() => setEditing(null)} onSaved={() => void users.reload()} />}
      {link && (
        <Dialog title={`Sign-in link for ${link.user.title || link.user.name}`} onClose={() => setLink(null)} actions={<Button kind="primary" onClick={() => setLink(null)}>Done</Button>}>
          <LinkNote link={link} />
        </Dialog>
      )}
      {removing && (
        <ConfirmDialog
          title={`Remove ${removing.name}?`}
          confirm="Remove"
          danger
          typed={removing.name}
          onClose={() => setRemoving(null)}
          onConfirm={async () => {
            await send("DELETE", path(removing));
            await users.reload();
          }}
        >
          <p>Sessions, access tokens and memberships end. Runs, comments and the audit log keep the name. Disabling can be undone; this can't.</p>
        </ConfirmDialog>
      )}
    </Card>
  );
}
