// How a list of evaluations says what it shows.

export function aboutWords(query: Record<string, string>): string {
  const parts = [
    query.model && `of ${query.model}${query.version ? `@${query.version}` : ""}`,
    query.pipeline && `by ${query.pipeline}`,
    query.run && `of run ${query.run.slice(-8)}`,
  ].filter(Boolean);
  return parts.length > 0 ? `Only ${parts.join(", ")}.` : "";
}

export function numbered(id: string): string {
  return `Evaluation ${id}`;
}
