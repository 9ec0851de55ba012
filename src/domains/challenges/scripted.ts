import type { PlayerId } from "../../ids.ts";
import type { Documents } from "../../store/store.ts";
import { changeChallenge } from "./change.ts";
import { challengesIn } from "./document.ts";
import { draw, leave, start, takeTurn, win } from "./progress.ts";
import { hasNotBegun, LEAST_PLAYERS } from "./rules.ts";
import { type ChallengeWork, challengeIdOf } from "./step.ts";
import { giveBack } from "./wagers.ts";

/** What scripts do to challenges; each is one transaction's work. What a challenge's state does not allow is not done. */

/** A player of the challenge has won it; nothing where it does not run or the player is none of it. */
export async function winChallenge(work: ChallengeWork, id: unknown, winner: PlayerId): Promise<void> {
  await changeChallenge(work, id, async (step) => {
    const { state, accepted } = step.challenge;
    if (state === "RUNNING" && accepted.includes(winner)) await win(step, winner);
  });
}

/** It ends without a winner; nothing where it does not run. */
export async function drawChallenge(work: ChallengeWork, id: unknown): Promise<void> {
  await changeChallenge(work, id, async (step) => {
    if (step.challenge.state === "RUNNING") await draw(step);
  });
}

/** It begins at once; nothing where it has begun or fewer than two play. */
export async function startChallenge(work: ChallengeWork, id: unknown): Promise<void> {
  await changeChallenge(work, id, (step) => {
    if (hasNotBegun(step.challenge) && step.challenge.accepted.length >= LEAST_PLAYERS) start(step);
  });
}

/** A player takes a turn or an attempt. False where it is not to be: out of turn, without turns left, not running. */
export async function consumeTurn(
  work: ChallengeWork,
  id: unknown,
  player: PlayerId,
  tells: boolean,
): Promise<boolean> {
  const why = await changeChallenge(work, id, async (step) => (await takeTurn(step, player, tells)) ?? "taken");
  return why === "taken";
}

/**
 * A player is put out, the challenger too. False where the player has nothing to do with it, or it is over. A wager is given
 * back as long as it does not run.
 */
export async function removePlayer(work: ChallengeWork, id: unknown, player: PlayerId): Promise<boolean> {
  const removed = await changeChallenge(work, id, async (step) => {
    const { challenge } = step;
    const isBefore = hasNotBegun(challenge);
    if (!isBefore && challenge.state !== "RUNNING") return false;
    if (!challenge.players.includes(player)) return false;
    if (isBefore) await giveBack(step, player);
    await leave(step, player);
    return true;
  });
  return removed === true;
}

/** Sets or removes a member of what scripts keep on a challenge. One update. */
export async function setData(
  documents: Documents,
  id: unknown,
  area: "scriptData" | "privateData",
  name: string,
  value: unknown,
): Promise<void> {
  const _id = challengeIdOf(id);
  if (!_id) return;
  const path = `${area}.${name}`;
  const update = value === undefined ? { $unset: { [path]: "" } } : { $set: { [path]: value } };
  await challengesIn(documents).updateOne({ _id }, update);
}
