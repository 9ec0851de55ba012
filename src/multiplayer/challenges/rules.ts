import type { PlayerId } from "../../ids.ts";
import type { ChallengeDocument } from "./document.ts";

/** Rules of one challenge, without the store: what it says is so, and what follows. */

/** Nobody can join or start alone. */
const LEAST_PLAYERS = 2;

/**
 * May it begin, but for its start time? PRIVATE: everybody invited has replied, or `minPlayers` are there. Else, where it
 * is to start at `maxPlayers`, as many are there; or `minPlayers`, two unless told, and then it has no start time: one that
 * has begins by a script.
 */
export function isReady(challenge: ChallengeDocument): boolean {
  const { accessType, accepted, minPlayers, maxPlayers, autoStart, startTime } = challenge;
  const least = Math.max(LEAST_PLAYERS, minPlayers ?? LEAST_PLAYERS);
  if (accepted.length < LEAST_PLAYERS) return false;
  if (autoStart) return maxPlayers !== undefined && accepted.length >= maxPlayers;
  if (accessType !== "PRIVATE") return startTime === undefined && accepted.length >= least;
  const isReplied = challenge.challenged.every((player) => hasReplied(challenge, player));
  return (isReplied && accepted.length >= least) || (minPlayers !== undefined && accepted.length >= least);
}

export function hasReplied({ accepted, declined }: ChallengeDocument, player: PlayerId): boolean {
  return accepted.includes(player) || declined.includes(player);
}

/** Nobody is left who could play with the challenger. */
export function isDeclinedByAll(challenge: ChallengeDocument): boolean {
  const { accessType, challenged, accepted, declined } = challenge;
  if (accessType !== "PRIVATE" || accepted.length >= LEAST_PLAYERS) return false;
  return challenged.length > 0 && challenged.every((player) => declined.includes(player));
}

export function isFull({ accepted, maxPlayers }: ChallengeDocument): boolean {
  return maxPlayers !== undefined && accepted.length >= maxPlayers;
}

/** What time did to it, where it did: what it is to become now. */
export function timesUp(challenge: ChallengeDocument, now: number): "EXPIRED" | "RUNNING" | "COMPLETE" | undefined {
  const { state, startTime, endDate, expiryDate } = challenge;
  const isPast = (date: Date | undefined) => date !== undefined && date.getTime() <= now;
  if (state === "RUNNING") return isPast(endDate) ? "COMPLETE" : undefined;
  if (state !== "ISSUED" && state !== "WAITING") return undefined;
  if (isPast(endDate) || (state === "ISSUED" && isPast(expiryDate))) return "EXPIRED";
  return state === "WAITING" && isPast(startTime) ? "RUNNING" : undefined;
}

/** When `timesUp` next has something to say. */
export function dueOf({ state, startTime, endDate, expiryDate }: ChallengeDocument): Date | undefined {
  if (state === "RUNNING") return endDate;
  if (state === "ISSUED") return earlier(endDate, expiryDate);
  return state === "WAITING" ? earlier(endDate, startTime) : undefined;
}

function earlier(one: Date | undefined, other: Date | undefined): Date | undefined {
  if (!one || !other) return one ?? other;
  return one.getTime() <= other.getTime() ? one : other;
}

export function hasTurnsLeft({ turnCount, maxAttempts }: ChallengeDocument, player: PlayerId): boolean {
  return maxAttempts === undefined || turnsOf({ turnCount }, player) < maxAttempts;
}

export function turnsOf({ turnCount }: Pick<ChallengeDocument, "turnCount">, player: PlayerId): number {
  return Object.hasOwn(turnCount, player) ? turnCount[player]! : 0;
}

/** May the player take a turn or an attempt? Why not, otherwise. */
export function whyNoTurn(
  challenge: ChallengeDocument,
  player: PlayerId,
): "INVALID" | "NOT_YOUR_TURN" | "NO_ATTEMPTS_LEFT" | undefined {
  if (challenge.state !== "RUNNING" || !challenge.accepted.includes(player)) return "INVALID";
  if (!hasTurnsLeft(challenge, player)) return "NO_ATTEMPTS_LEFT";
  return challenge.turnBased && challenge.nextPlayer !== player ? "NOT_YOUR_TURN" : undefined;
}

/** Whose turn it is after that player's: the next one in the order of `accepted` who has turns left. */
export function playerAfter(challenge: ChallengeDocument, player: PlayerId): PlayerId | undefined {
  const { accepted } = challenge;
  const at = accepted.indexOf(player);
  const inOrder = [...accepted.slice(at + 1), ...accepted.slice(0, at + 1)];
  return inOrder.find((one) => hasTurnsLeft(challenge, one));
}
