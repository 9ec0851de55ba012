import { backoffMs } from "../../jobs/backoff.ts";
import type { PublishRefused } from "../../publishers/publisher.ts";
import type { SocialAccountDocument, Target, TargetError } from "../social/index.ts";
import type { Outcome } from "./targets.ts";

/** A refused target is sent again for this long after its first attempt. */
export const RETRY_FOR_MS = 3_600_000;
const RETRY = { firstMs: 15_000, mostMs: 600_000 };
/** A look-up at the network soon after an attempt may miss the post. */
export const LOOK_UP_AFTER_MS = 15_000;
const MESSAGE_CHARS = 500;

/**
 * What follows from a refusal: RATE and UNAVAILABLE are repeated for an hour, the others are final.
 * @param account with TOKEN: its grant has ended; with RATE: its other posts are put off, for an hour at most
 */
export function outcomeOfRefusal(
  { kind, message, networkCode, retryAfterMs = 0 }: PublishRefused,
  { startedAt, tries = 0 }: Target,
  now: number,
  account?: SocialAccountDocument | undefined,
): Outcome {
  const error: TargetError = errorOf(kind, message, networkCode);
  if (kind === "RATE" || kind === "UNAVAILABLE") {
    const waitMs = Math.max(retryAfterMs, backoffMs(tries + 1, RETRY));
    const until = new Date(now + Math.min(waitMs, RETRY_FOR_MS));
    const pause = kind === "RATE" && account && { pause: { accountId: account._id, until } };
    const retryAt = now + waitMs;
    const isInTime = retryAt <= (startedAt?.getTime() ?? now) + RETRY_FOR_MS;
    return isInTime ? { status: "queued", error, retryAt, ...pause } : { status: "failed", error, ...pause };
  }
  return { status: "failed", error, endsGrant: kind === "TOKEN" ? account : undefined };
}

/** What follows if the network could not be asked about an attempt: it is asked again for an hour. */
export function outcomeOfLookUp({ attemptedAt, tries = 0 }: Target, now: number): Outcome {
  const retryAt = now + backoffMs(tries + 1, RETRY);
  if (retryAt <= attemptedAt!.getTime() + RETRY_FOR_MS) return { status: "publishing", retryAt };
  return unknownOutcome("The network could not be asked whether the post was published.");
}

/** @param endsGrant the account whose grant the network says has ended */
export function unknownOutcome(message: string, endsGrant?: SocialAccountDocument): Outcome {
  return { status: "unknown", error: errorOf("OUTCOME_UNKNOWN", message), endsGrant };
}

export function failed(code: string, message: string): Outcome {
  return { status: "failed", error: errorOf(code, message) };
}

function errorOf(code: string, message: string, networkCode?: string): TargetError {
  return { code, message: message.slice(0, MESSAGE_CHARS), ...(networkCode !== undefined && { networkCode }) };
}
