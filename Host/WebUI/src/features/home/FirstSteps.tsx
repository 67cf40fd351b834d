// The way in for somebody new: five steps, ticked by what really happened; can be put away.
import type { Home, RunEntry } from "../../api/types";
import { usePreference } from "../../app/preferences";
import { addresses } from "../../app/router";
import { useSession } from "../../app/session";
import { Button, Icon, IconButton } from "../../ui";

type StepID = Home["steps"][number]["id"];

interface Step {
  title: string;
  text: string;
  verb: string;
  to: string;
  role: "viewer" | "editor" | "operator" | "admin";
}

function stepsFor(recent: RunEntry[]): Record<StepID, Step> {
  const last = recent[0];
  return {
    run: {
      title: "Look at a run",
      text: "A run shows what happened at every node: rows, time, findings, and where the data came from.",
      verb: last ? "Open the last run" : "Open the pipelines",
      to: last ? addresses.run(last.run) : "/pipelines",
      role: "viewer",
    },
    dataset: {
      title: "Bring your own data",
      text: "Drop a file; its format and columns are found, and you see the rows before you save it as a dataset.",
      verb: "Upload data",
      to: "/datasets/upload",
      role: "editor",
    },
    compose: {
      title: "Compose a pipeline",
      text: "Begin with a template or with an empty canvas. Wires know which ports fit, and every node can show its rows.",
      verb: "See the templates",
      to: "/templates",
      role: "editor",
    },
    schedule: {
      title: "Let it run by itself",
      text: "Give a pipeline a schedule, or start it whenever a dataset has a new version.",
      verb: "Choose a pipeline",
      to: "/pipelines",
      role: "editor",
    },
    invite: {
      title: "Invite somebody",
      text: "A person gets a sign-in link that works once, and a role in each project.",
      verb: "Add a person",
      to: "/settings/users",
      role: "admin",
    },
  };
}

export function FirstSteps({ steps, recent }: { steps: Home["steps"]; recent: RunEntry[] }) {
  const { can, user } = useSession();
  const [put, setPut, loaded] = usePreference<boolean>("first_steps_dismissed", false);
  const texts = stepsFor(recent);
  const mine = steps.filter((step) => texts[step.id] && (step.id === "invite" ? user.admin : can(texts[step.id].role)));
  const done = mine.filter((step) => step.done).length;
  if (!loaded || put || mine.length === 0 || done === mine.length) return null;
  const next = mine.find((step) => !step.done)?.id;

  return (
    <section className="home-steps" aria-labelledby="first-steps">
      <header className="home-steps-head">
        <h2 id="first-steps">First steps</h2>
        <span className="ui-help">
          {done} of {mine.length} done
        </span>
        <IconButton icon="close" label="Put the first steps away" size="small" onClick={() => setPut(true)} />
      </header>
      <ol className="home-steps-list">
        {mine.map((step) => {
          const { title, text, verb, to } = texts[step.id];
          return (
            <li key={step.id} className="home-step" data-done={step.done || undefined}>
              <p className="home-step-title">
                <Icon name={step.done ? "succeeded" : "circle"} className={step.done ? "ui-tone-text-ok" : undefined} label={step.done ? "Done" : "To do"} />
                {title}
              </p>
              <p className="ui-help">{text}</p>
              <Button size="small" kind={step.id === next ? "primary" : "secondary"} to={to}>
                {verb}
              </Button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
