// Uploads that this browser began: with the same file chosen again, after a reload or a crash, they go on.

export interface Remembered {
  upload: string;
  project: string;
  name: string;
  bytes: number;
  /** When the file was last changed, in milliseconds since 1970. */
  modified: number;
}

const place = "ote.uploads";
/** The server keeps unfinished uploads for a while only; older entries than these many are of no use. */
const most = 50;

export function remembered(): Remembered[] {
  try {
    const stored = JSON.parse(localStorage.getItem(place) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isRemembered) : [];
  } catch {
    return [];
  }
}

export function rememberedFor(file: File, project: string): Remembered | undefined {
  return remembered().find((entry) =>
    entry.name === file.name && entry.bytes === file.size && entry.modified === file.lastModified &&
    entry.project === project
  );
}

export function remember(upload: string, file: File, project: string): void {
  const entry = { upload, project, name: file.name, bytes: file.size, modified: file.lastModified };
  write([entry, ...remembered().filter((other) => other.upload !== upload)].slice(0, most));
}

export function forget(upload: string): void {
  write(remembered().filter((entry) => entry.upload !== upload));
}

function write(entries: Remembered[]): void {
  try {
    localStorage.setItem(place, JSON.stringify(entries));
  } catch {
    // A browser that keeps nothing still uploads; only going on after a reload is lost.
  }
}

function isRemembered(value: unknown): value is Remembered {
  const entry = value as Remembered;
  return typeof entry?.upload === "string" && typeof entry.name === "string" && typeof entry.bytes === "number";
}
