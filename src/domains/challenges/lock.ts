/** The name of a challenge's lock on its stage, distinct from names that scripts choose. */
export function lockOf(challengeId: string): string {
  return `\u0000challenge:${challengeId}`;
}
