// A new token: title, role, projects, days. Its secret is shown once, here.
import { useState } from "react";
import { asProblem, send, type ApiProblem } from "../../api/client";
import type { Role, TokenWithSecret } from "../../api/types";
import { mayAct, useSession } from "../../app/session";
import { Button, Checkbox, Dialog, NumberField, ProblemView, Select, TextField } from "../../ui";
import { OnceSecret } from "./OnceSecret";

const ROLES: { value: Role; label: string }[] = [
  { value: "viewer", label: "viewer: reads" },
  { value: "editor", label: "editor: also changes pipelines and data" },
  { value: "operator", label: "operator: also starts and cancels runs" },
  { value: "admin", label: "admin: also members and secrets" },
];

export function NewTokenDialog({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const { projects, roles, user } = useSession();
  const best = (Object.values(roles) as Role[]).reduce<Role>((a, b) => (mayAct(b, a) ? b : a), "viewer");
  const allowed = ROLES.filter(({ value }) => user.admin || mayAct(best, value));
  const [title, setTitle] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [chosen, setChosen] = useState<string[]>([]);
  const [days, setDays] = useState<number | null>(90);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [made, setMade] = useState<TokenWithSecret | null>(null);
  const daysWrong = days === null || days < 1 || days > 730 || !Number.isInteger(days) ? "From 1 to 730 days." : undefined;

  const submit = async () => {
    setTried(true);
    if (!title.trim() || daysWrong || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      const body = { title: title.trim(), role, days, ...(chosen.length > 0 ? { projects: chosen } : {}) };
      setMade((await send<TokenWithSecret>("POST", "/tokens", { body })).data);
      onMade();
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };

  if (made) {
    return (
      <Dialog title={`Token ${made.token.title}`} onClose={onClose} actions={<Button kind="primary" onClick={onClose}>Done</Button>}>
        <OnceSecret text={made.secret} what="token" note="Copy it now: the host keeps only its digest and can't show it again." />
      </Dialog>
    );
  }
  return (
    <Dialog
      title="New access token"
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy}>
            Make the token
          </Button>
        </>
      }
    >
      <TextField
        label="Title"
        help="What uses it: a job, a machine."
        value={title}
        maxLength={100}
        onChange={setTitle}
        data-autofocus
        error={tried && !title.trim() ? "Give it a title, to know it later." : undefined}
      />
      <Select label="Role" value={role} onChange={(value) => setRole(value as Role)} options={allowed} />
      {projects.length > 0 && (
        <fieldset className="settings-fieldset">
          <legend className="ui-label">Projects</legend>
          <p className="ui-help">None chosen means all of yours, also later ones.</p>
          {projects.map((project) => (
            <Checkbox
              key={project.name}
              label={project.title || project.name}
              checked={chosen.includes(project.name)}
              onChange={(on) => setChosen(on ? [...chosen, project.name] : chosen.filter((name) => name !== project.name))}
            />
          ))}
        </fieldset>
      )}
      <NumberField label="Expires after" unit="days" integer min={1} max={730} value={days} onChange={setDays} error={tried ? daysWrong : undefined} />
      {problem && <ProblemView problem={problem} compact />}
    </Dialog>
  );
}
