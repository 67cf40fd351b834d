// Who the person is, the theme, and a new password.
import { useState } from "react";
import { asProblem, send, type ApiProblem } from "../../api/client";
import { useSession } from "../../app/session";
import { setTheme, useTheme, type Theme } from "../../app/theme";
import { Avatar, Badge, Button, Card, ProblemView, RelativeTime, Select, TextField, useToast } from "../../ui";
import { providerOf, useProviders } from "../session/Providers";
import { usePreference } from "../../app/preferences";
import { passwordProblem } from "../session/password";
import { Facts } from "./Facts";

export function ProfileTab() {
  const { user, roles } = useSession();
  const theme = useTheme();
  const providers = useProviders();
  const [stepsAway, setStepsAway] = usePreference<boolean>("first_steps_dismissed", false);
  return (
    <>
      <Card title="You">
        <div className="settings-you">
          <Avatar name={user.title || user.name} size={44} />
          <Facts
            facts={[
              ["Name", user.title || user.name],
              [user.identity ? "Account" : "Signs in as", user.name],
              user.email ? ["Mail", user.email] : null,
              user.identity ? ["Signs in with", providerOf(user.identity, providers)] : null,
              [
                "Roles",
                user.admin ? (
                  <Badge tone="accent">admin of this host</Badge>
                ) : (
                  <span className="settings-badges">
                    {Object.entries(roles).map(([project, role]) => (
                      <Badge key={project}>
                        {role} in {project}
                      </Badge>
                    ))}
                    {Object.keys(roles).length === 0 && "none yet"}
                  </span>
                ),
              ],
              ["Here since", <RelativeTime key="t" at={user.created_at} />],
            ]}
          />
        </div>
        <p className="ui-help settings-after">An admin of the host changes name and mail, under People.</p>
      </Card>
      <Card title="Appearance">
        <div className="settings-row">
          <Select
            label="Theme"
            value={theme}
            onChange={(value) => setTheme(value as Theme)}
            options={[
              { value: "system", label: "As the system" },
              { value: "light", label: "Light" },
              { value: "dark", label: "Dark" },
            ]}
          />
          {stepsAway && (
            <Button kind="quiet" onClick={() => setStepsAway(false)}>
              Show the first steps on Home again
            </Button>
          )}
        </div>
      </Card>
      {!user.identity && <PasswordCard name={user.name} />}
    </>
  );
}

function PasswordCard({ name }: { name: string }) {
  const toast = useToast();
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const weak = passwordProblem(password);
  const differs = password !== again ? "The two passwords differ." : undefined;

  const submit = async () => {
    setTried(true);
    if (!current || weak || differs || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await send("PUT", "/session/password", { body: { current, password } });
      toast.show({ text: "The password is changed. Your other sessions have ended.", tone: "ok" });
      setCurrent("");
      setPassword("");
      setAgain("");
      setTried(false);
    } catch (thrown) {
      setProblem(asProblem(thrown));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Card title="Password" subtitle="Changing it ends your other sessions; access tokens stay.">
      <form
        className="settings-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
        <TextField
          label="Current password"
          type="password"
          autoComplete="current-password"
          value={current}
          onChange={setCurrent}
          error={tried && !current ? "Type the password that you sign in with now." : undefined}
        />
        <TextField
          label="New password"
          type="password"
          autoComplete="new-password"
          help="At least 10 characters."
          value={password}
          onChange={setPassword}
          error={tried ? weak : undefined}
        />
        <TextField
          label="The same again"
          type="password"
          autoComplete="new-password"
          value={again}
          onChange={setAgain}
          error={tried && !weak ? differs : undefined}
        />
        {problem && <ProblemView problem={problem} compact />}
        <div>
          <Button type="submit" kind="primary" busy={busy}>
            Change the password
          </Button>
        </div>
      </form>
    </Card>
  );
}
