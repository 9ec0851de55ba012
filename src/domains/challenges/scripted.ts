import type { PlayerId } from "../../ids.ts";
import type { Documents } from "../../store/store.ts";
import { changeChallenge } from "./change.ts";
import { challengesIn } from "./document.ts";
import { draw, leave, start, takeTurn, win } from "./progress.ts";
import { hasNotStarted, MIN_PLAYERS } from "./rules.ts";
import { type ChallengeWork, challengeIdOf } from "./step.ts";
import { refund } from "./wagers.ts";

/** Changes of challenges by scripts. Call each in a transaction. Does nothing if the challenge's state forbids it. */

/** Ends a running challenge with one of its participants as the winner. */
export async function winChallenge(work: ChallengeWork, id: unknown, winner: PlayerId): Promise<void> {
  await changeChallenge(work, id, async (step) => {
    const { state, accepted } = step.challenge;
    if (state === "RUNNING" && accepted.includes(winner)) await win(step, winner);
  });
}

/** Ends a running challenge without a winner. */
export async function drawChallenge(work: ChallengeWork, id: unknown): Promise<void> {
  await changeChallenge(work, id, async (step) => {
    if (step.challenge.state === "RUNNING") await draw(step);
  });
}

/** Starts a challenge that has at least two participants. */
export async function startChallenge(work: ChallengeWork, id: unknown): Promise<void> {
  await changeChallenge(work, id, (step) => {
    if (hasNotStarted(step.challenge) && step.challenge.accepted.length >= MIN_PLAYERS) start(step);
  });
}

/** Takes a player's turn or attempt. Returns false if the player may not take it. */
export async function consumeTurn(
  work: ChallengeWork,
  id: unknown,
  player: PlayerId,
  notifies: boolean,
): Promise<boolean> {
  const why = await changeChallenge(work, id, async (step) => (await takeTurn(step, player, notifies)) ?? "taken");
  return why === "taken";
}

/**
 * Removes a player, possibly the challenger. Returns false if the player is not involved or the challenge has ended.
 * The wager is refunded unless the challenge is running.
 */
export async function removePlayer(work: ChallengeWork, id: unknown, player: PlayerId): Promise<boolean> {
  const removed = await changeChallenge(work, id, async (step) => {
    const { challenge } = step;
    const isRefunded = hasNotStarted(challenge);
    if (!isRefunded && challenge.state !== "RUNNING") return false;
    if (!challenge.players.includes(player)) return false;
    if (isRefunded) await refund(step, player);
    await leave(step, player);
    return true;
  });
  return removed === true;
}

/** Sets a member of a challenge's data, or removes it if `value` is undefined. One update. */
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
