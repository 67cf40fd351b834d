// The area to drop files on or choose them, with the project they go to.
import { type DragEvent, useRef, useState } from "react";
import { useSession } from "../../app/session";
import { Button, Select } from "../../ui";
import { carriesFiles, filesOf } from "./DropZone";
import { beginTransfer } from "./transfers";
import { useUploadProject } from "./uploadProject";

export function FileChoice({ small, onChosen }: { small?: boolean; onChosen: () => void }) {
  const { projects, can, why } = useSession();
  const usual = useUploadProject();
  const [chosen, setChosen] = useState<string>();
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const allowed = projects.filter((project) => can("editor", project.name));
  const project = chosen ?? usual;
  const reason = project ? undefined : why("editor") ?? "There is no project to upload to.";

  const take = (files: File[]) => {
    if (!project || files.length === 0) return;
    files.forEach((file) => beginTransfer(file, project));
    onChosen();
  };
  const dropped = (event: DragEvent) => {
    event.preventDefault();
    event.stopPropagation();
    setOver(false);
    take(filesOf(event));
  };
  return (
    <div
      className={`upload-choice${over ? " is-over" : ""}${small ? " is-small" : ""}`}
      onDragOver={(event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={dropped}
    >
      <p className="upload-choice-text">
        Drop files here. CSV, TSV, JSON, JSON lines, Parquet and Excel are read, also compressed with gzip or zstd.
      </p>
      <div className="upload-choice-acts">
        <input
          ref={input}
          type="file"
          multiple
          className="upload-input"
          aria-label="Files to upload"
          tabIndex={-1}
          onChange={(event) => {
            take(Array.from(event.target.files ?? []));
            event.target.value = "";
          }}
        />
        <Button kind="primary" icon="upload" reason={reason} onClick={() => input.current?.click()}>
          Choose files
        </Button>
        {allowed.length > 1 && (
          <Select
            label="Project"
            value={project ?? ""}
            onChange={setChosen}
            options={allowed.map(({ name, title }) => ({ value: name, label: title || name }))}
          />
        )}
      </div>
      <p className="upload-choice-note">Uploads of any size; after a break they go on where they stopped.</p>
    </div>
  );
}
