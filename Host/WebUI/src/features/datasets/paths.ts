// Addresses of a dataset in the API.

export function datasetPath(dataset: string, rest = ""): string {
  return `/datasets/${encodeURIComponent(dataset)}${rest}`;
}

export function versionPath(dataset: string, version: number, rest = ""): string {
  return datasetPath(dataset, `/versions/${version}${rest}`);
}
