import type { PlayerId } from "../../ids.ts";
import type { ChallengeDocument } from "./document.ts";

/** Rules of one challenge, without the store: what it says is so, and what follows. */

/** Nobody can join or start alone. */
export const LEAST_PLAYERS = 2;

/** Each message about a challenge names all of its players. */
export const MAX_PLAYERS = 200;

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

/** It was issued, and neither runs nor is over. */
export function hasNotBegun({ state }: Pick<ChallengeDocument, "state">): boolean {
  return state === "ISSUED" || state === "WAITING";
}

/** Nobody is left who could play with the challenger. */
export function isDeclinedByAll(challenge: ChallengeDocument): boolean {
  const { accessType, challenged, accepted, declined } = challenge;
  if (accessType !== "PRIVATE" || accepted.length >= LEAST_PLAYERS) return false;
  return challenged.length > 0 && challenged.every((player) => declined.includes(player));
}

export function isFull({ accepted, maxPlayers }: ChallengeDocument): boolean {
  return accepted.length >= Math.min(maxPlayers ?? MAX_PLAYERS, MAX_PLAYERS);
}

/** Nobody may join any more, by the clock. */
export function isLate({ expiryDate }: ChallengeDocument, now: number): boolean {
  return isPast(expiryDate, now);
}

/** What time did to it, where it did: what it is to become now. */
export function timesUp(challenge: ChallengeDocument, now: number): "EXPIRED" | "RUNNING" | "COMPLETE" | undefined {
  const { state, startTime, endDate } = challenge;
  if (state === "RUNNING") return isPast(endDate, now) ? "COMPLETE" : undefined;
  if (!hasNotBegun(challenge)) return undefined;
  if (isPast(endDate, now) || (state === "ISSUED" && isLate(challenge, now))) return "EXPIRED";
  return state === "WAITING" && isPast(startTime, now) ? "RUNNING" : undefined;
}

/** When `timesUp` next has something to say. */
export function dueOf({ state, startTime, endDate, expiryDate }: ChallengeDocument): Date | undefined {
  if (state === "RUNNING") return endDate;
  if (state === "ISSUED") return earlier(endDate, expiryDate);
  return state === "WAITING" ? earlier(endDate, startTime) : undefined;
}

function isPast(date: Date | undefined, now: number): boolean {
  return date !== undefined && date.getTime() <= now;
}

function earlier(one: Date | undefined, other: Date | undefined): Date | undefined {
  if (!one || !other) return one ?? other;
  return one.getTime() <= other.getTime() ? one : other;
}

/** It runs as of now; where it has turns the first player's is next. */
export function begin(challenge: ChallengeDocument, now: number): void {
  challenge.state = "RUNNING";
  challenge.startDate = new Date(now);
  const first = challenge.accepted.find((player) => hasTurnsLeft(challenge, player));
  if (challenge.turnBased && first !== undefined) challenge.nextPlayer = first;
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
