// What needs attention now, what runs, what comes next; every figure leads to its evidence.
import { useResource } from "../../api/client";
import type { Home } from "../../api/types";
import { useCommand } from "../../app/commands";
import { navigate } from "../../app/router";
import { useSession } from "../../app/session";
import { Button, Page, ProblemView, Skeleton } from "../../ui";
import { Attention } from "./Attention";
import { DayFigures } from "./DayFigures";
import { FirstSteps } from "./FirstSteps";
import { RecentRuns, Upcoming } from "./RecentRuns";
import "./home.css";

const MATTERS = ["run.queued", "run.started", "run.finished", "pipeline.", "dataset.", "plugin.", "comment."];

export default function HomePage() {
  const { user, project, why } = useSession();
  const home = useResource<Home>("/home", { project }, { on: (event) => MATTERS.some((type) => event.type.startsWith(type)) });
  const reason = why("editor");
  const compose = () => navigate("/pipelines/new");
  useCommand(reason ? null : { id: "new-pipeline", title: "New pipeline", keys: "n", group: "Create", icon: "plus", run: compose });

  return (
    <Page
      title="Home"
      subtitle={greeting(user.title || user.name)}
      actions={
        <>
          <Button icon="upload" reason={reason} to="/datasets/upload">
            Upload data
          </Button>
          <Button kind="primary" icon="plus" reason={reason} onClick={compose}>
            New pipeline
          </Button>
        </>
      }
    >
      {home.problem && <ProblemView problem={home.problem} onRetry={() => void home.reload()} />}
      {home.loading && <HomeSkeleton />}
      {home.data && (
        <>
          <FirstSteps steps={home.data.steps} recent={home.data.recent} />
          <DayFigures figures={home.data.figures} />
          <div className="home-columns">
            <div className="home-main">
              <Attention items={home.data.attention} />
              <RecentRuns runs={home.data.recent} />
            </div>
            <div className="home-side">
              <Upcoming items={home.data.upcoming ?? []} />
            </div>
          </div>
        </>
      )}
    </Page>
  );
}

function greeting(name: string): string {
  const hour = new Date().getHours();
  const part = hour < 5 ? "Good evening" : hour < 12 ? "Good morning" : hour < 18 ? "Good afternoon" : "Good evening";
  return `${part}, ${name}.`;
}

function HomeSkeleton() {
  return (
    <>
      <Skeleton lines={1} height={64} width="100%" />
      <Skeleton lines={6} height={32} width="100%" label="Loading runs" />
    </>
  );
}
