// The members of one project and their roles; project admins change them.
import { useState } from "react";
import { send, useResource } from "../../api/client";
import type { Member, Members, Project, Role, Users } from "../../api/types";
import { useSession } from "../../app/session";
import { Avatar, Button, Card, ConfirmDialog, EmptyState, ProblemView, Select, Skeleton, TextField, useToast } from "../../ui";
import { Rows } from "./Rows";

const ROLES: { value: Role; label: string }[] = [
  { value: "viewer", label: "Viewer" },
  { value: "editor", label: "Editor" },
  { value: "operator", label: "Operator" },
  { value: "admin", label: "Admin" },
];

export function MembersCard({ project }: { project: Project }) {
  const { can, user } = useSession();
  const toast = useToast();
  const base = `/projects/${encodeURIComponent(project.name)}/members`;
  const members = useResource<Members>(base, undefined, { on: (event) => event.type.startsWith("member.") || event.type.startsWith("project.") });
  const [removing, setRemoving] = useState<Member | null>(null);
  const reason = can("admin", project.name) ? undefined : `Only admins of ${project.name} change its members.`;

  const setRole = async (name: string, role: Role) => {
    try {
      const { data } = await send<Members>("PUT", base + "/" + encodeURIComponent(name), { body: { role } });
      members.replace(data);
      toast.show({ text: `${name} is ${role} in ${project.name}.`, tone: "ok" });
      return true;
    } catch (thrown) {
      toast.problem(thrown);
      return false;
    }
  };

  return (
    <Card
      title={`Members of ${project.title || project.name}`}
      subtitle="Viewers read. Editors also change pipelines and data. Operators also start and cancel runs. Admins also manage members and secrets. Admins of the host may all of this everywhere."
      flush
    >
      {members.problem && <ProblemView problem={members.problem} onRetry={() => void members.reload()} />}
      {members.loading && <div className="settings-pad"><Skeleton /></div>}
      {members.data?.items.length === 0 && <EmptyState icon="users" title="Nobody is in this project yet" text="Admins of the host see it; add others below." />}
      {!!members.data?.items.length && (
        <Rows
          label={"Members of " + project.name}
          rows={members.data.items}
          id={(member) => member.user}
          columns={[
            {
              title: "Person",
              cell: (member) => (
                <span className="settings-person">
                  <Avatar name={member.title || member.user} />
                  <span>
                    {member.title || member.user} <span className="ui-help">{member.user}</span>
                  </span>
                </span>
              ),
            },
            {
              title: "Role",
              cell: (member) => (
                <Select size="small" hideLabel label={"Role of " + member.user} value={member.role} options={ROLES} reason={reason} onChange={(role) => void setRole(member.user, role as Role)} />
              ),
            },
            {
              title: "Actions",
              hideTitle: true,
              end: true,
              cell: (member) => (
                <Button size="small" kind="danger" reason={reason} aria-label={"Remove " + member.user} onClick={() => setRemoving(member)}>
                  Remove
                </Button>
              ),
            },
          ]}
        />
      )}
      <AddMember admin={user.admin} reason={reason} present={members.data?.items ?? []} add={setRole} />
      {removing && (
        <ConfirmDialog
          title={`Remove ${removing.user} from ${project.name}?`}
          confirm="Remove"
          danger
          onClose={() => setRemoving(null)}
          onConfirm={async () => {
            await send("DELETE", base + "/" + encodeURIComponent(removing.user));
            await members.reload();
          }}
        >
          <p>Their access ends at once. What they made stays.</p>
        </ConfirmDialog>
      )}
    </Card>
  );
}

interface AddProps {
  admin: boolean;
  reason?: string;
  present: Member[];
  add: (name: string, role: Role) => Promise<boolean>;
}

/** Admins of the host choose from all people; others type a name, because they may not see the list. */
function AddMember({ admin, reason, present, add }: AddProps) {
  const users = useResource<Users>(admin ? "/users" : null);
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [busy, setBusy] = useState(false);
  const others = (users.data?.items ?? []).filter((user) => !present.some((member) => member.user === user.name));
  const submit = async () => {
    if (!name.trim() || reason || busy) return;
    setBusy(true);
    if (await add(name.trim(), role)) setName("");
    setBusy(false);
  };
  return (
    <form
      className="settings-add"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {admin ? (
        <Select
          label="Person"
          value={name}
          onChange={setName}
          placeholder={others.length > 0 ? "Choose a person" : "All people are members"}
          options={others.map((user) => ({ value: user.name, label: user.title && user.title !== user.name ? `${user.title} (${user.name})` : user.name }))}
        />
      ) : (
        <TextField label="Name of the person" value={name} onChange={setName} disabled={!!reason} autoCapitalize="none" />
      )}
      <Select label="Role" value={role} onChange={(value) => setRole(value as Role)} options={ROLES} disabled={!!reason} />
      <Button type="submit" icon="plus" busy={busy} reason={reason} disabled={!name.trim()}>
        Add
      </Button>
    </form>
  );
}
