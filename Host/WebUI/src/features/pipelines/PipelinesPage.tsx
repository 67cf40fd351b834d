// The list of pipelines: search, last runs and schedules, live; a YAML file dropped here is imported.
import { type DragEvent, useEffect, useMemo, useRef, useState } from "react";
import { type Pipeline, type PipelineSummary, usePages } from "../../api";
import { useCommand } from "../../app/commands";
import { addresses, navigate, useQueryState } from "../../app/router";
import { useSession } from "../../app/session";
import { DataTable } from "../../table";
import { Button, Checkbox, EmptyState, Page, ProblemView, Skeleton, TextField } from "../../ui";
import { ForgetDialog } from "./ForgetDialog";
import { ImportDialog } from "./ImportDialog";
import { pipelineColumns } from "./pipelineColumns";
import { RunDialog } from "./RunDialog";
import "./pipelines.css";

const labelShape = /^[^=]+=.+$/;

export default function PipelinesPage() {
  const { project, can, why } = useSession();
  const [text, setText] = useQueryState("q");
  const [label, setLabel] = useQueryState("label");
  const [archived, setArchived] = useQueryState("archived");
  const q = useSettled(text);
  const settledLabel = useSettled(label);
  const odd = settledLabel !== "" && !labelShape.test(settledLabel);
  const list = usePages<PipelineSummary>(
    "/pipelines",
    { project, q, label: odd ? "" : settledLabel, archived: archived === "true" ? true : undefined },
    { on: ({ type }) => type.startsWith("pipeline.") || type.startsWith("run.") },
  );
  const [running, setRunning] = useState<Pipeline>();
  const [forgetting, setForgetting] = useState<string>();
  const [file, setFile] = useState<File>();
  const [over, setOver] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const columns = useMemo(() => pipelineColumns(setRunning, setForgetting, list.reload), [list.reload]);
  const reason = can("editor") ? undefined : why("editor");
  useCommand({
    id: "pipelines.new", title: "New pipeline", keys: "n", group: "Pipelines", icon: "plus",
    run: () => navigate("/pipelines/new"),
  });

  const drag = (event: DragEvent) => {
    if (reason || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    setOver(true);
  };
  const drop = (event: DragEvent) => {
    setOver(false);
    const dropped = event.dataTransfer.files[0];
    if (reason || !dropped) return;
    event.preventDefault();
    setFile(dropped);
  };
  const filtered = q !== "" || label !== "" || archived !== "";
  const fresh = <Button kind="primary" icon="plus" to="/pipelines/new" reason={reason}>New</Button>;
  const tools = (
    <div className="pipeline-tools">
      <TextField label="Search pipelines" hideLabel type="search" placeholder="Search pipelines" value={text} onChange={setText} data-search />
      <TextField label="Label" hideLabel placeholder="Label: key=value" value={label} onChange={setLabel}
        error={odd ? "A label is key=value." : undefined} />
      <Checkbox label="Archived" checked={archived === "true"} onChange={(on) => setArchived(on ? "true" : null)} />
    </div>
  );
  const empty = filtered
    ? <EmptyState title="No pipeline fits" text="Change the search or the label." action={<Button onClick={() => navigate("/pipelines")}>Show all</Button>} />
    : (
      <EmptyState title="No pipelines yet" text="Begin with a template, an empty canvas, or a YAML file dropped on this page."
        action={<span className="pipeline-links"><Button icon="templates" to="/templates">See templates</Button>{fresh}</span>} />
    );
  return (
    <Page
      title="Pipelines"
      full
      actions={(
        <>
          <Button icon="upload" reason={reason} onClick={() => chooser.current?.click()}>Import YAML</Button>
          {fresh}
        </>
      )}
    >
      <div className="pipeline-list" onDragOver={drag} onDrop={drop}
        onDragLeave={(event) => !event.currentTarget.contains(event.relatedTarget as Node | null) && setOver(false)}>
        <input ref={chooser} className="pipeline-file" type="file" accept=".yaml,.yml" aria-label="YAML file"
          onChange={(event) => {
            setFile(event.target.files?.[0]);
            // The same file may be chosen again after it was mended.
            event.target.value = "";
          }} />
        {over && <div className="pipeline-drop">Drop a YAML file to import it</div>}
        {list.problem && !list.items && <ProblemView problem={list.problem} onRetry={list.reload} />}
        {list.loading && <Skeleton lines={8} />}
        {list.items && (
          <DataTable id="pipelines" label="Pipelines" columns={columns} rows={list.items} rowKey={(row) => row.name} rowHeight={36}
            onOpen={(row) => navigate(addresses.pipeline(row.name))} onEnd={list.more} tools={tools} empty={empty} />
        )}
      </div>
      {running && <RunDialog pipeline={running.name} project={running.project} document={running.document} onClose={() => setRunning(undefined)} />}
      {forgetting && <ForgetDialog pipeline={forgetting} onClose={() => setForgetting(undefined)} />}
      {file && <ImportDialog file={file} onClose={() => setFile(undefined)} />}
    </Page>
  );
}

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(text), 200);
    return () => window.clearTimeout(timer);
  }, [text]);
  return settled;
}
