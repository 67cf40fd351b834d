// Wraps a page so that a file dragged onto any part of it is uploaded.
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { navigate } from "../../app/router";
import { useSession } from "../../app/session";
import { useToast } from "../../ui";
import { useUploadProject } from "./uploadProject";
import { beginTransfer } from "./transfers";
import "./uploads.css";

export function DropZone({ children }: { children: ReactNode }) {
  const { why } = useSession();
  const project = useUploadProject();
  const toast = useToast();
  const [over, setOver] = useState(false);
  // Children fire their own enter and leave: only when all were left is the file gone.
  const depth = useRef(0);

  const entered = (event: DragEvent) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth.current += 1;
    setOver(true);
  };
  const left = (event: DragEvent) => {
    if (!carriesFiles(event)) return;
    depth.current = Math.max(0, depth.current - 1);
    if (depth.current === 0) setOver(false);
  };
  const dropped = (event: DragEvent) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth.current = 0;
    setOver(false);
    const files = filesOf(event);
    if (!project) {
      toast.show({ tone: "error", text: why("editor") ?? "There is no project to upload to." });
      return;
    }
    if (files.length === 0) {
      toast.show({ tone: "error", text: "Folders can't be uploaded. Drop the files in it." });
      return;
    }
    files.forEach((file) => beginTransfer(file, project));
    navigate("/datasets/upload");
  };
  return (
    <div
      className="upload-zone"
      onDragEnter={entered}
      onDragOver={(event) => carriesFiles(event) && event.preventDefault()}
      onDragLeave={left}
      onDrop={dropped}
    >
      {children}
      {over && (
        <div className="upload-zone-cover" aria-hidden="true">
          <div className="upload-zone-note">
            {project ? `Drop to upload into ${project}` : why("editor") ?? "There is no project to upload to."}
          </div>
        </div>
      )}
    </div>
  );
}

export function carriesFiles(event: DragEvent): boolean {
  return Array.from(event.dataTransfer.types).includes("Files");
}

/** The dropped files; folders are left out, as the browser gives them as files that can't be read. */
export function filesOf(event: DragEvent): File[] {
  const items = Array.from(event.dataTransfer.items).filter((item) => item.kind === "file");
  return items
    .filter((item) => !(item as { webkitGetAsEntry?: () => { isDirectory: boolean } | null }).webkitGetAsEntry?.()?.isDirectory)
    .map((item) => item.getAsFile())
    .filter((file): file is File => file !== null);
}
