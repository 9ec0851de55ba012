import type { Credentials } from "../../publishers/publisher.ts";

const DAY_MS = 86_400_000;
/** Before long-lived credentials expire: a user who must sign in again has that long. */
const LEAD_MS = 15 * DAY_MS;
/** Refresh tokens of networks whose access tokens last hours expire if they are not used for one or more months. */
const KEPT_ALIVE_MS = 7 * DAY_MS;
const LONG_MS = 28 * DAY_MS;

/** Unset once nothing remains to be renewed. */
export const RENEWAL_JOB = { due: "", claim: "", attempts: "", freeAttempts: "" } as const;

/**
 * When an account's credentials are renewed if no post does it before: 15 days before long-lived ones expire, or a quarter of
 * their life; weekly if a refresh token renews short-lived ones. Never if they do not expire. Up to a day earlier at random,
 * so that accounts that were connected together are not renewed together.
 */
export function renewalTime(
  { expiresAt, refreshToken }: Pick<Credentials, "expiresAt" | "refreshToken">,
  now: number,
  random: () => number = Math.random,
): Date | undefined {
  if (expiresAt === undefined) return undefined;
  const leftMs = Math.max(0, expiresAt - now);
  if (refreshToken && leftMs < LONG_MS) return new Date(now + KEPT_ALIVE_MS - random() * DAY_MS);
  return new Date(expiresAt - Math.min(LEAD_MS, leftMs / 4) - random() * Math.min(DAY_MS, leftMs / 8));
}
