// The way in: an identity provider where there is one, or name and password; and why it was refused.
import { useEffect, useRef, useState } from "react";
import { ApiProblem, asProblem, send } from "../../api/client";
import type { SessionView } from "../../api/types";
import { navigate, useLocation } from "../../app/router";
import { useSessionState, useStartSession } from "../../app/session";
import { Button, ProblemView, TextField } from "../../ui";
import { OpenCard } from "./OpenCard";
import { Providers, useRefusal } from "./Providers";

/** Only a page of ours: never another site. */
export function pageAfter(wanted: string | null): string {
  return wanted && /^\/(?![/\\])/.test(wanted) && !wanted.startsWith("/sign-in") ? wanted : "/";
}

export default function SignInPage() {
  const { query } = useLocation();
  const after = pageAfter(query.get("return"));
  const state = useSessionState();
  const start = useStartSession();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const refusal = useRefusal(query.get("refusal"));

  useEffect(() => {
    if (state.phase === "in") navigate(after, { replace: true });
  }, [state.phase, after]);

  const missing = { name: !name.trim(), password: !password };
  const [tried, setTried] = useState(false);
  const submit = async () => {
    setTried(true);
    if (missing.name || missing.password || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      start((await send<SessionView>("POST", "/session", { body: { name: name.trim(), password } })).data);
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setPassword("");
      setTried(false);
      setBusy(false);
      passwordField.current?.focus();
    }
  };

  return (
    <OpenCard title="Sign in">
      {refusal && <ProblemView problem={refusal} compact />}
      <Providers after={after} />
      <form
        className="session-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <TextField
          label="Name"
          value={name}
          onChange={setName}
          autoComplete="username"
          autoCapitalize="none"
          autoFocus
          error={tried && missing.name ? "Type your name." : undefined}
        />
        <TextField
          ref={passwordField}
          label="Password"
          type="password"
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
          error={tried && missing.password ? "Type your password." : undefined}
        />
        {problem && <ProblemView problem={problem} compact />}
        <Button type="submit" kind="primary" busy={busy}>
          Sign in
        </Button>
      </form>
      <p className="session-note">New here, or the password is lost? An admin of this host can give you a sign-in link.</p>
    </OpenCard>
  );
}
