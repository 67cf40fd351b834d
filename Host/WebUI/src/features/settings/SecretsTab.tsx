// Secrets by name. A value goes in and never comes out: pipelines refer to it, the worker alone sees it.
import { useState } from "react";
import { asProblem, send, useResource, type ApiProblem } from "../../api/client";
import type { Secret, Secrets } from "../../api/types";
import { useSession } from "../../app/session";
import { Badge, Button, Card, ConfirmDialog, Dialog, EmptyState, ProblemView, RelativeTime, Select, Skeleton, TextArea, TextField, useToast } from "../../ui";
import { Rows } from "./Rows";

const pathOf = (project: string, name: string) => `/projects/${encodeURIComponent(project)}/secrets/${encodeURIComponent(name)}`;

export function SecretsTab() {
  const { project, projects, can, why } = useSession();
  const secrets = useResource<Secrets>("/secrets", { project }, { on: (event) => event.type.startsWith("secret.") });
  const [setting, setSetting] = useState<Partial<Secret> | null>(null);
  const [removing, setRemoving] = useState<Secret | null>(null);
  const writable = projects.filter((entry) => can("admin", entry.name)).map((entry) => entry.name);
  const reason = writable.length > 0 ? undefined : "This needs the role admin in a project.";
  const items = secrets.data?.items;
  const add = (
    <Button kind="primary" size="small" icon="plus" reason={reason} onClick={() => setSetting({})}>
      New secret
    </Button>
  );
  return (
    <Card
      title="Secrets"
      subtitle="Sealed on disk and resolved in the worker only. A document refers to one as ${secrets.NAME}."
      flush
      actions={items && items.length > 0 ? add : undefined}
    >
      {secrets.problem && <ProblemView problem={secrets.problem} onRetry={() => void secrets.reload()} />}
      {secrets.loading && <div className="settings-pad"><Skeleton /></div>}
      {items?.length === 0 && <EmptyState icon="lock" title="No secrets yet" text="Passwords and keys that pipelines need belong here, not into documents." action={add} />}
      {items && items.length > 0 && (
        <Rows
          label="Secrets"
          rows={items}
          id={(secret) => secret.project + "/" + secret.name}
          columns={[
            { title: "Name", cell: (secret) => <code>{secret.name}</code> },
            { title: "Project", cell: (secret) => secret.project },
            { title: "Value", cell: () => <Badge icon="lock">set</Badge> },
            {
              title: "Set",
              cell: (secret) => (
                <>
                  <RelativeTime at={secret.updated_at} />
                  {secret.updated_by && <span className="ui-help"> by {secret.updated_by}</span>}
                </>
              ),
            },
            {
              title: "Actions",
              hideTitle: true,
              end: true,
              cell: (secret) => (
                <span className="settings-actions">
                  <Button size="small" reason={why("admin", secret.project)} aria-label={"Replace " + secret.name} onClick={() => setSetting(secret)}>
                    Replace
                  </Button>
                  <Button size="small" kind="danger" reason={why("admin", secret.project)} aria-label={"Remove " + secret.name} onClick={() => setRemoving(secret)}>
                    Remove
                  </Button>
                </span>
              ),
            },
          ]}
        />
      )}
      {setting && (
        <SecretDialog secret={setting} projects={writable} preferred={project} onClose={() => setSetting(null)} onSaved={() => void secrets.reload()} />
      )}
      {removing && (
        <ConfirmDialog
          title={`Remove ${removing.name}?`}
          confirm="Remove"
          danger
          typed={removing.name}
          onClose={() => setRemoving(null)}
          onConfirm={async () => {
            await send("DELETE", pathOf(removing.project, removing.name));
            await secrets.reload();
          }}
        >
          <p>Pipelines of {removing.project} that refer to it fail until it is set again.</p>
        </ConfirmDialog>
      )}
    </Card>
  );
}

interface SecretDialogProps {
  secret: Partial<Secret>;
  projects: string[];
  preferred: string | null;
  onClose: () => void;
  onSaved: () => void;
}

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,99}$/;

function SecretDialog({ secret, projects, preferred, onClose, onSaved }: SecretDialogProps) {
  const toast = useToast();
  const first = preferred && projects.includes(preferred) ? preferred : projects[0] ?? "";
  const [project, setProject] = useState(secret.project ?? first);
  const [name, setName] = useState(secret.name ?? "");
  const [value, setValue] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const wrong = NAME.test(name) ? undefined : "Letters, digits, dashes and underscores; it begins with a letter.";
  const submit = async () => {
    setTried(true);
    if (wrong || !value || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await send("PUT", pathOf(project, name), { body: { value } });
      toast.show({ text: `${name} is sealed.`, tone: "ok" });
      onSaved();
      onClose();
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={secret.name ? "Replace " + secret.name : "New secret"}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy}>
            Seal
          </Button>
        </>
      }
    >
      {!secret.name && (
        <>
          <Select label="Project" value={project} onChange={setProject} options={projects} />
          <TextField label="Name" required value={name} onChange={setName} maxLength={100} data-autofocus mono error={tried ? wrong : undefined} />
        </>
      )}
      <TextArea
        label="Value"
        required
        mono
        rows={3}
        autoComplete="off"
        spellCheck={false}
        className="settings-masked"
        value={value}
        onChange={setValue}
        data-autofocus={secret.name ? true : undefined}
        help="It can be replaced, but never read again. Runs that have begun keep the value they started with."
        error={tried && !value ? "A value is needed." : undefined}
      />
      {problem && <ProblemView problem={problem} compact />}
    </Dialog>
  );
}
