// Projects, and who may do what in each.
import { useState } from "react";
import { asProblem, send, useResource, type ApiProblem } from "../../api/client";
import type { Project, Projects } from "../../api/types";
import { useQueryState } from "../../app/router";
import { useSession } from "../../app/session";
import { Badge, Button, Card, Dialog, EmptyState, ProblemView, RelativeTime, Skeleton, TextField } from "../../ui";
import { MembersCard } from "./MembersCard";
import { Rows } from "./Rows";

export function ProjectsTab() {
  const { user } = useSession();
  const projects = useResource<Projects>("/projects", undefined, { on: (event) => event.type.startsWith("project.") });
  const [wanted, setWanted] = useQueryState("project", "");
  const [adding, setAdding] = useState(false);
  const [renaming, setRenaming] = useState<Project | null>(null);
  const items = projects.data?.items ?? [];
  const chosen = items.find((project) => project.name === wanted) ?? (items.length === 1 ? items[0] : undefined);
  const isAdmin = (project: Project) => user.admin || project.role === "admin";
  const reason = user.admin ? undefined : "Only admins of the host add projects.";

  return (
    <>
      <Card
        title="Projects"
        subtitle="A project holds pipelines, runs, datasets and secrets. People have one role in each."
        flush
        actions={
          <Button kind="primary" size="small" icon="plus" reason={reason} onClick={() => setAdding(true)}>
            New project
          </Button>
        }
      >
        {projects.problem && <ProblemView problem={projects.problem} onRetry={() => void projects.reload()} />}
        {projects.loading && <div className="settings-pad"><Skeleton /></div>}
        {projects.data && items.length === 0 && <EmptyState icon="folder" title="You are in no project" text="An admin of the host or of a project can add you." />}
        {items.length > 0 && (
          <Rows
            label="Projects"
            rows={items}
            id={(project) => project.name}
            columns={[
              {
                title: "Project",
                cell: (project) => (
                  <span>
                    {project.title || project.name} <span className="ui-help">{project.title !== project.name ? project.name : ""}</span>
                  </span>
                ),
              },
              { title: "Your role", cell: (project) => <Badge>{user.admin ? "admin" : project.role ?? "none"}</Badge> },
              { title: "Made", cell: (project) => <RelativeTime at={project.created_at} /> },
              {
                title: "Actions",
                hideTitle: true,
                end: true,
                cell: (project) => (
                  <span className="settings-actions">
                    <Button size="small" kind="quiet" aria-label={"Rename " + project.name} reason={isAdmin(project) ? undefined : "Only admins of the project rename it."} onClick={() => setRenaming(project)}>
                      Rename
                    </Button>
                    <Button size="small" pressed={chosen?.name === project.name} aria-label={"Members of " + project.name} onClick={() => setWanted(project.name)}>
                      Members
                    </Button>
                  </span>
                ),
              },
            ]}
          />
        )}
      </Card>
      {chosen && <MembersCard key={chosen.name} project={chosen} />}
      {adding && <ProjectDialog onClose={() => setAdding(false)} onSaved={(project) => { void projects.reload(); setWanted(project.name); }} />}
      {renaming && <ProjectDialog project={renaming} onClose={() => setRenaming(null)} onSaved={() => void projects.reload()} />}
    </>
  );
}

const NAME = /^[a-z][a-z0-9-]{0,39}$/;

function ProjectDialog({ project, onClose, onSaved }: { project?: Project; onClose: () => void; onSaved: (project: Project) => void }) {
  const { refresh } = useSession();
  const [name, setName] = useState(project?.name ?? "");
  const [title, setTitle] = useState(project?.title ?? "");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const wrongName = project || NAME.test(name) ? undefined : "Small letters, digits and dashes; it begins with a letter; at most 40.";
  const wrongTitle = project && !title.trim() ? "A title is needed." : undefined;

  const submit = async () => {
    setTried(true);
    if (wrongName || wrongTitle || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      const body = project ? { title: title.trim() } : { name, ...(title.trim() && { title: title.trim() }) };
      const answer = project
        ? await send<Project>("PATCH", "/projects/" + project.name, { body })
        : await send<Project>("POST", "/projects", { body });
      await refresh();
      onSaved(answer.data);
      onClose();
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={project ? "Rename " + project.name : "New project"}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy}>
            {project ? "Rename" : "Make the project"}
          </Button>
        </>
      }
    >
      {!project && <TextField label="Name" help="Used in addresses and documents; it can't be changed." required value={name} onChange={setName} maxLength={40} data-autofocus error={tried ? wrongName : undefined} />}
      <TextField label="Title" value={title} onChange={setTitle} maxLength={100} data-autofocus={project ? true : undefined} error={tried ? wrongTitle : undefined} />
      {problem && <ProblemView problem={problem} compact />}
    </Dialog>
  );
}
