/** The name by which a challenge is locked, among those of a stage; no name that a script would choose by chance. */
export function lockOf(challengeId: string): string {
  return `\u0000challenge:${challengeId}`;
}
