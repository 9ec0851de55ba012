import { RequestError } from "../../errors.ts";
import type { PlayerId } from "../../ids.ts";
import type { ChallengeDocument } from "./document.ts";
import { catchUp } from "./progress.ts";
import { notInvolved } from "./refusals.ts";
import { type ChallengeWork, findChallenge, Step } from "./step.ts";

/**
 * Applies a change to a challenge, after the changes that are due by the clock. Call in a transaction, which rolls back
 * if `change` throws. Returns undefined if the challenge does not exist.
 */
export async function changeChallenge<Result>(
  work: ChallengeWork,
  id: unknown,
  change: (step: Step) => Promise<Result> | Result,
): Promise<Result | undefined> {
  const before = await findChallenge(work.documents, id);
  if (!before) return undefined;
  const step = new Step(work, { ...before }, before);
  await catchUp(step);
  const result = await change(step);
  await step.save();
  return result;
}

/** Returns a challenge that the player is involved in; refuses others like `invalid`. One read. */
export async function challengeOf(
  documents: ChallengeWork["documents"],
  player: PlayerId,
  id: unknown,
): Promise<ChallengeDocument> {
  const challenge = await findChallenge(documents, id);
  if (!challenge?.players.includes(player)) throw invalid();
  return challenge;
}

/** The challenge does not exist, the player is not involved in it, or its state does not allow the operation. */
export function invalid(detail?: string): RequestError {
  return new RequestError(notInvolved, { detail });
}
