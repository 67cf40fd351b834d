// What a password needs, as the host sees it.
export const SHORTEST = 10;
export const LONGEST = 1024;

export function passwordProblem(password: string): string | undefined {
  if (password.length < SHORTEST) return `It has ${password.length} characters; ${SHORTEST} is the least.`;
  if (password.length > LONGEST) return `It has more than ${LONGEST} characters.`;
  return undefined;
}
