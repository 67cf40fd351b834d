// A dataset's name from a file's name, and whether a name is one.

export const datasetName = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

export function nameFromFile(file: string): string {
  const stem = file.replace(/\.(gz|zst)$/i, "").replace(/\.[A-Za-z0-9]{1,8}$/, "");
  const plain = stem.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/[^A-Za-z0-9._-]+/g, "_");
  return plain.replace(/^[^A-Za-z0-9]+/, "").replace(/_+$/, "").slice(0, 128).toLowerCase() || "dataset";
}

/** What is wrong with it, or undefined. */
export function nameProblem(name: string): string | undefined {
  if (name === "") return "A dataset needs a name.";
  if (datasetName.test(name)) return undefined;
  return "Letters, digits and . _ - only, beginning with a letter, a digit or _; 128 at most.";
}
