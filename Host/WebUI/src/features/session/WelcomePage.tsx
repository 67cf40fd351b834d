// Where a one-time link leads: whose account it is, and a password to choose. The secret is behind #, so no log sees it.
import { useEffect, useState } from "react";
import { ApiProblem, asProblem, send } from "../../api/client";
import type { SessionView } from "../../api/types";
import { Link, navigate } from "../../app/router";
import { useStartSession } from "../../app/session";
import { Avatar, Button, ProblemView, Skeleton, TextField } from "../../ui";
import { OpenCard } from "./OpenCard";
import { passwordProblem } from "./password";

type State = { phase: "asking" } | { phase: "good"; view: SessionView } | { phase: "bad"; problem: ApiProblem };

export default function WelcomePage() {
  const [token] = useState(() => decodeURIComponent(window.location.hash.slice(1)));
  const [state, setState] = useState<State>({ phase: "asking" });

  const look = () => {
    setState({ phase: "asking" });
    send<SessionView>("POST", "/session/link", { body: { token } })
      .then((answer) => setState({ phase: "good", view: answer.data }))
      .catch((thrown) => setState({ phase: "bad", problem: asProblem(thrown) }));
  };
  useEffect(() => {
    if (token) look();
    // The token never changes while the page is open.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  if (!token) return <Expired detail="The address is not whole: a sign-in link ends with a long code behind #." />;
  if (state.phase === "asking") {
    return (
      <OpenCard title="Welcome">
        <Skeleton />
      </OpenCard>
    );
  }
  if (state.phase === "bad") {
    if (state.problem.status === 401 || state.problem.status === 409 || state.problem.status === 422) {
      return <Expired detail={state.problem.detail} />;
    }
    return (
      <OpenCard title="Welcome">
        <ProblemView problem={state.problem} onRetry={look} />
      </OpenCard>
    );
  }
  return <ChoosePassword token={token} view={state.view} />;
}

function Expired({ detail }: { detail: string }) {
  return (
    <OpenCard title="This link no longer works">
      <p>{detail}</p>
      <p className="session-note">
        A sign-in link works once, and for a limited time. Ask an admin of this host for a new one; on the host itself, <code>ote serve</code> prints one
        for the first admin.
      </p>
      <Link to="/sign-in">Go to the sign-in page</Link>
    </OpenCard>
  );
}

function ChoosePassword({ token, view }: { token: string; view: SessionView }) {
  const start = useStartSession();
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const weak = passwordProblem(password);
  const differs = password !== again ? "The two passwords differ." : undefined;
  const { user, roles } = view;

  const submit = async () => {
    setTried(true);
    if (weak || differs || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      const answer = await send<SessionView>("POST", "/session/link", { body: { token, password } });
      start(answer.data);
      navigate("/", { replace: true });
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };

  return (
    <OpenCard title={"Welcome, " + (user.title || user.name)}>
      <div className="session-account">
        <Avatar name={user.title || user.name} size={36} />
        <dl>
          <div>
            <dt>Name to sign in with</dt>
            <dd>{user.name}</dd>
          </div>
          {user.email && (
            <div>
              <dt>Mail</dt>
              <dd>{user.email}</dd>
            </div>
          )}
          <div>
            <dt>May</dt>
            <dd>{user.admin ? "everything: admin of this host" : rolesInWords(roles)}</dd>
          </div>
        </dl>
      </div>
      <form
        className="session-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <input type="text" name="username" autoComplete="username" value={user.name} readOnly hidden />
        <TextField
          label="Choose a password"
          type="password"
          value={password}
          onChange={setPassword}
          autoComplete="new-password"
          autoFocus
          help="At least 10 characters. A few words in a row are easy to keep in mind."
          error={tried ? weak : undefined}
        />
        <TextField
          label="The same again"
          type="password"
          value={again}
          onChange={setAgain}
          autoComplete="new-password"
          error={tried ? differs : undefined}
        />
        {problem && <ProblemView problem={problem} compact />}
        <Button type="submit" kind="primary" busy={busy}>
          Set the password and sign in
        </Button>
      </form>
    </OpenCard>
  );
}

function rolesInWords(roles: Record<string, string>): string {
  const parts = Object.entries(roles).map(([project, role]) => `${role} in ${project}`);
  return parts.length > 0 ? parts.join(", ") : "nothing yet: no project has been shared";
}
