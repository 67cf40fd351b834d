// Adding a person, and changing their name and mail.
import { useState } from "react";
import { asProblem, send, type ApiProblem } from "../../api/client";
import type { User, UserWithLink } from "../../api/types";
import { Button, Checkbox, Dialog, ProblemView, TextField } from "../../ui";

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

export function NewUserDialog({ onClose, onMade }: { onClose: () => void; onMade: (made: UserWithLink) => void }) {
  const [name, setName] = useState("");
  const [title, setTitle] = useState("");
  const [email, setEmail] = useState("");
  const [admin, setAdmin] = useState(false);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const wrong = NAME.test(name) ? undefined : "Small letters, digits, dots, dashes and underscores; it begins with a letter or digit.";

  const submit = async () => {
    setTried(true);
    if (wrong || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      const body = { name, admin, ...(title.trim() && { title: title.trim() }), ...(email.trim() && { email: email.trim() }) };
      onMade((await send<UserWithLink>("POST", "/users", { body })).data);
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title="Add a person"
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy}>
            Add and make a link
          </Button>
        </>
      }
    >
      <TextField label="Name" help="To sign in with, and to be mentioned as @name. It can't be changed." required value={name} onChange={setName} maxLength={64} data-autofocus error={tried ? wrong : undefined} />
      <TextField label="Full name" value={title} onChange={setTitle} maxLength={100} />
      <TextField label="Mail" type="email" value={email} onChange={setEmail} maxLength={200} />
      <Checkbox label="Admin of this host" help="May everything, in all projects, and manages people and plugins." checked={admin} onChange={setAdmin} />
      {problem && <ProblemView problem={problem} compact />}
    </Dialog>
  );
}

export function UserEditDialog({ user, onClose, onSaved }: { user: User; onClose: () => void; onSaved: () => void }) {
  const [title, setTitle] = useState(user.title);
  const [email, setEmail] = useState(user.email ?? "");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const submit = async () => {
    if (!title.trim() || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await send("PATCH", "/users/" + encodeURIComponent(user.name), { body: { title: title.trim(), email: email.trim() } });
      onSaved();
      onClose();
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={"Edit " + user.name}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy} reason={title.trim() ? undefined : "A full name is needed."}>
            Save
          </Button>
        </>
      }
    >
      <TextField label="Full name" value={title} onChange={setTitle} maxLength={100} data-autofocus />
      <TextField label="Mail" type="email" value={email} onChange={setEmail} maxLength={200} />
      {problem && <ProblemView problem={problem} compact />}
    </Dialog>
  );
}
