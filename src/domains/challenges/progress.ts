import type { PlayerId } from "../../ids.ts";
import { challengeDrawnMessage } from "./messages/challenge-drawn-message.ts";
import { challengeExpiredMessage } from "./messages/challenge-expired-message.ts";
import { challengeLostMessage } from "./messages/challenge-lost-message.ts";
import { challengeStartedMessage } from "./messages/challenge-started-message.ts";
import { challengeTurnTakenMessage } from "./messages/challenge-turn-taken-message.ts";
import { challengeWaitingMessage } from "./messages/challenge-waiting-message.ts";
import { challengeWonMessage } from "./messages/challenge-won-message.ts";
import { begin, dueState, hasTurnsLeft, isReady, playerAfter, turnsOf, whyNoTurn } from "./rules.ts";
import type { Step } from "./step.ts";
import { settle } from "./wagers.ts";

/** Transitions of an issued challenge. Each function changes the step's challenge; see `Step`. */

export function start(step: Step): void {
  begin(step.challenge, step.now);
  step.notify(challengeStartedMessage, step.challenge.accepted);
}

/** If the challenge is ready, starts it or lets it wait for its start time. */
export function startIfReady(step: Step): void {
  const { challenge, now } = step;
  if (challenge.state !== "ISSUED" || !isReady(challenge)) return;
  if (challenge.startTime && challenge.startTime.getTime() > now) {
    challenge.state = "WAITING";
    step.notify(challengeWaitingMessage, challenge.accepted);
  } else start(step);
}

/** Makes the transitions that are due by the clock. */
export async function catchUp(step: Step): Promise<void> {
  for (;;) {
    const next = dueState(step.challenge, step.now);
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
  const hasDeclined = (player: PlayerId) => challenge.declined.includes(player);
  step.notify(
    challengeExpiredMessage,
    challenge.players.filter((player) => !hasDeclined(player)),
  );
}

/** Ends the challenge. The winner gets all wagers. */
export async function win(step: Step, winner: PlayerId): Promise<void> {
  const { challenge } = step;
  const won = await settle(step, winner);
  challenge.state = "COMPLETE";
  challenge.winner = winner;
  const amounts = [1, 2, 3, 4, 5, 6].map((n) => [`currency${n}Won`, won[`currency${n}`] ?? 0]);
  step.notify(challengeWonMessage, [winner], { winner, fields: Object.fromEntries(amounts) });
  const others = challenge.accepted.filter((player) => player !== winner);
  step.notify(challengeLostMessage, others, { winner });
}

/** Ends the challenge without a winner. All players get their wager back. */
export async function draw(step: Step): Promise<void> {
  await settle(step);
  step.challenge.state = "COMPLETE";
  step.notify(challengeDrawnMessage, step.challenge.accepted);
}

/**
 * Takes a player's turn, or attempt if the challenge is not turn-based. The last turn ends the challenge. If the player
 * may not take it, returns the reason and changes nothing.
 * @param notifies sends a message, if the challenge is turn-based
 */
export async function takeTurn(step: Step, player: PlayerId, notifies: boolean): Promise<ReturnType<typeof whyNoTurn>> {
  const { challenge } = step;
  const why = whyNoTurn(challenge, player);
  if (why !== undefined) return why;
  challenge.turnCount = { ...challenge.turnCount, [player]: turnsOf(challenge, player) + 1 };
  if (challenge.turnBased) passTurn(step, player);
  if (notifies && challenge.turnBased) step.notify(challengeTurnTakenMessage, challenge.accepted, { who: player });
  await endIfNoTurnsLeft(step);
  return undefined;
}

/**
 * Removes a player, as if never invited. The wager in a running challenge is lost. The challenge may then be ready
 * (the others have replied), no longer wait for its start (too few are left), or end (no player is left).
 */
export async function leave(step: Step, player: PlayerId): Promise<void> {
  const { challenge } = step;
  if (challenge.nextPlayer === player) passTurn(step, player);
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
  await endIfNoTurnsLeft(step);
}

function passTurn({ challenge }: Step, player: PlayerId): void {
  const next = playerAfter(challenge, player);
  if (next === undefined) delete challenge.nextPlayer;
  else challenge.nextPlayer = next;
}

/** Draws a challenge whose participants have no turns left: only scripts can name a winner. */
async function endIfNoTurnsLeft(step: Step): Promise<void> {
  const { challenge } = step;
  if (challenge.state !== "RUNNING") return;
  if (!challenge.accepted.some((player) => hasTurnsLeft(challenge, player))) await draw(step);
}
