import type { PlayerId } from "../../ids.ts";
import { challengeDrawnMessage } from "./messages/challenge-drawn-message.ts";
import { challengeExpiredMessage } from "./messages/challenge-expired-message.ts";
import { challengeLostMessage } from "./messages/challenge-lost-message.ts";
import { challengeStartedMessage } from "./messages/challenge-started-message.ts";
import { challengeTurnTakenMessage } from "./messages/challenge-turn-taken-message.ts";
import { challengeWaitingMessage } from "./messages/challenge-waiting-message.ts";
import { challengeWonMessage } from "./messages/challenge-won-message.ts";
import { begin, hasTurnsLeft, isReady, playerAfter, timesUp, turnsOf, whyNoTurn } from "./rules.ts";
import type { Step } from "./step.ts";
import { settle } from "./wagers.ts";

/** What happens to a challenge once it is issued. Each changes the step's challenge; see `Step`. */

/** It begins, now. */
export function start(step: Step): void {
  begin(step.challenge, step.now);
  step.tell(challengeStartedMessage, step.challenge.accepted);
}

/** Begins, or waits for its start time, where what it takes is there. */
export function startIfReady(step: Step): void {
  const { challenge, now } = step;
  if (challenge.state !== "ISSUED" || !isReady(challenge)) return;
  if (challenge.startTime && challenge.startTime.getTime() > now) {
    challenge.state = "WAITING";
    step.tell(challengeWaitingMessage, challenge.accepted);
  } else start(step);
}

/** What time did to it. */
export async function catchUp(step: Step): Promise<void> {
  for (;;) {
    const next = timesUp(step.challenge, step.now);
    if (next === undefined) return;
    if (next === "RUNNING") start(step);
    else if (next === "EXPIRED") await expire(step);
    else await draw(step);
  }
}

async function expire(step: Step): Promise<void> {
  const { challenge } = step;
  await settle(step);
  challenge.state = "EXPIRED";
  const isGone = (player: PlayerId) => challenge.declined.includes(player);
  step.tell(
    challengeExpiredMessage,
    challenge.players.filter((player) => !isGone(player)),
  );
}

/** A player has won: gets what everybody set aside. */
export async function win(step: Step, winner: PlayerId): Promise<void> {
  const { challenge } = step;
  const won = await settle(step, winner);
  challenge.state = "COMPLETE";
  challenge.winner = winner;
  const amounts = [1, 2, 3, 4, 5, 6].map((n) => [`currency${n}Won`, won[`currency${n}`] ?? 0]);
  step.tell(challengeWonMessage, [winner], { winner, fields: Object.fromEntries(amounts) });
  const others = challenge.accepted.filter((player) => player !== winner);
  step.tell(challengeLostMessage, others, { winner });
}

/** Nobody has won: everybody gets the wager back. */
export async function draw(step: Step): Promise<void> {
  await settle(step);
  step.challenge.state = "COMPLETE";
  step.tell(challengeDrawnMessage, step.challenge.accepted);
}

/**
 * A player takes a turn, or an attempt where the challenge has no turns. The last turn of all ends the challenge. Answers
 * why not, where it is not to be.
 * @param tells with a message, of turns
 */
export async function takeTurn(step: Step, player: PlayerId, tells: boolean): Promise<ReturnType<typeof whyNoTurn>> {
  const { challenge } = step;
  const why = whyNoTurn(challenge, player);
  if (why !== undefined) return why;
  challenge.turnCount = { ...challenge.turnCount, [player]: turnsOf(challenge, player) + 1 };
  if (challenge.turnBased) passOn(step, player);
  if (tells && challenge.turnBased) step.tell(challengeTurnTakenMessage, challenge.accepted, { who: player });
  await endIfPlayed(step);
  return undefined;
}

/**
 * A player plays no more, and is as if never invited. A wager stays in the game where it runs. It may begin now that nobody
 * is waited for, waits no more where too few are left, and is over with its last player.
 */
export async function leave(step: Step, player: PlayerId): Promise<void> {
  const { challenge } = step;
  if (challenge.nextPlayer === player) passOn(step, player);
  const without = (list: PlayerId[]) => list.filter((one) => one !== player);
  challenge.accepted = without(challenge.accepted);
  challenge.challenged = without(challenge.challenged);
  challenge.declined = without(challenge.declined);
  challenge.players = without(challenge.players);
  const { [player]: _, ...turnCount } = challenge.turnCount;
  challenge.turnCount = turnCount;
  if (challenge.nextPlayer === player) delete challenge.nextPlayer;
  if (challenge.state === "WAITING" && !isReady(challenge)) challenge.state = "ISSUED";
  startIfReady(step);
  await endIfPlayed(step);
}

function passOn({ challenge }: Step, player: PlayerId): void {
  const next = playerAfter(challenge, player);
  if (next === undefined) delete challenge.nextPlayer;
  else challenge.nextPlayer = next;
}

/**
 * All turns are taken, or nobody plays any more. Without a script that names a winner, and without leaderboards, nobody
 * has won.
 */
async function endIfPlayed(step: Step): Promise<void> {
  const { challenge } = step;
  if (challenge.state !== "RUNNING") return;
  if (!challenge.accepted.some((player) => hasTurnsLeft(challenge, player))) await draw(step);
}
