// The project that uploads go to unless another one is chosen.
import { useSession } from "../../app/session";

/** The shown project, or the first one where the person may upload. */
export function useUploadProject(): string | undefined {
  const { project, projects, can } = useSession();
  if (project) return can("editor", project) ? project : undefined;
  return projects.find((candidate) => can("editor", candidate.name))?.name;
}
