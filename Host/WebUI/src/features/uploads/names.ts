// A dataset's name from a file's name, and whether a name is one.

export const datasetName = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/;

export function nameFromFile(file: string): string {
  const stem = file.replace(/\.(gz|zst)$/i, "").replace(/\.[A-Za-z0-9]{1,8}$/, "");
  const plain = stem.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/[^A-Za-z0-9._-]+/g, "_");
  return plain.replace(/^[^A-Za-z0-9]+/, "").replace(/_+$/, "").slice(0, 200).toLowerCase() || "dataset";
}

/** What is wrong with it, or undefined. */
export function nameProblem(name: string): string | undefined {
  if (name === "") return "A dataset needs a name.";
  if (datasetName.test(name)) return undefined;
  return "Letters, digits and . _ - / only, beginning with a letter or digit; 200 at most.";
}
