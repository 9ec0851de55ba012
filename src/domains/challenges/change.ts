import { RequestError } from "../../errors.ts";
import type { PlayerId } from "../../ids.ts";
import type { ChallengeDocument } from "./document.ts";
import { catchUp } from "./progress.ts";
import { notInvolved } from "./refusals.ts";
import { type ChallengeWork, findChallenge, Step } from "./step.ts";

/**
 * One step of the challenge of an id, inside a transaction, after what time did to it before. What `change` throws undoes
 * it. Undefined where there is no such challenge.
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
  await step.keep();
  return result;
}

/** The challenge where the player is involved in it; refuses as `invalid` says. One read. */
export async function challengeOf(
  documents: ChallengeWork["documents"],
  player: PlayerId,
  id: unknown,
): Promise<ChallengeDocument> {
  const challenge = await findChallenge(documents, id);
  if (!challenge?.players.includes(player)) throw invalid();
  return challenge;
}

/** There is none that the player has anything to do with, or it is not in a state for that. */
export function invalid(detail?: string): RequestError {
  return new RequestError(notInvolved, { detail });
}
