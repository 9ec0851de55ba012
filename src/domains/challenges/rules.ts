import type { PlayerId } from "../../ids.ts";
import type { ChallengeDocument } from "./document.ts";

/** A challenge cannot start with fewer. */
export const MIN_PLAYERS = 2;

/** Limited because each message about a challenge contains all of its players. */
export const MAX_PLAYERS = 200;

/**
 * Whether a challenge can start, apart from its start time. PRIVATE: all invited players have replied, or `minPlayers`
 * participate. Others: `maxPlayers` participate if it starts automatically; otherwise `minPlayers` (2 by default)
 * participate, unless it has a start time, in which case only a script starts it.
 */
export function isReady(challenge: ChallengeDocument): boolean {
  const { accessType, accepted, minPlayers, maxPlayers, autoStart, startTime } = challenge;
  const least = Math.max(MIN_PLAYERS, minPlayers ?? MIN_PLAYERS);
  if (accepted.length < MIN_PLAYERS) return false;
  if (autoStart) return maxPlayers !== undefined && accepted.length >= maxPlayers;
  if (accessType !== "PRIVATE") return startTime === undefined && accepted.length >= least;
  const allReplied = challenge.challenged.every((player) => hasReplied(challenge, player));
  return (allReplied && accepted.length >= least) || (minPlayers !== undefined && accepted.length >= least);
}

export function hasReplied({ accepted, declined }: ChallengeDocument, player: PlayerId): boolean {
  return accepted.includes(player) || declined.includes(player);
}

export function hasNotStarted({ state }: Pick<ChallengeDocument, "state">): boolean {
  return state === "ISSUED" || state === "WAITING";
}

/** All invited players of a PRIVATE challenge have declined. */
export function isDeclinedByAll(challenge: ChallengeDocument): boolean {
  const { accessType, challenged, accepted, declined } = challenge;
  if (accessType !== "PRIVATE" || accepted.length >= MIN_PLAYERS) return false;
  return challenged.length > 0 && challenged.every((player) => declined.includes(player));
}

export function isFull({ accepted, maxPlayers }: ChallengeDocument): boolean {
  return accepted.length >= Math.min(maxPlayers ?? MAX_PLAYERS, MAX_PLAYERS);
}

/** The time in which players can join has passed. */
export function isPastExpiry({ expiryDate }: ChallengeDocument, now: number): boolean {
  return isPast(expiryDate, now);
}

/** The state that the challenge must change to by the clock, if any. */
export function dueState(challenge: ChallengeDocument, now: number): "EXPIRED" | "RUNNING" | "COMPLETE" | undefined {
  const { state, startTime, endDate } = challenge;
  if (state === "RUNNING") return isPast(endDate, now) ? "COMPLETE" : undefined;
  if (!hasNotStarted(challenge)) return undefined;
  if (isPast(endDate, now) || (state === "ISSUED" && isPastExpiry(challenge, now))) return "EXPIRED";
  return state === "WAITING" && isPast(startTime, now) ? "RUNNING" : undefined;
}

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

/** Returns why the player may not take a turn or an attempt; undefined if the player may. */
export function whyNoTurn(
  challenge: ChallengeDocument,
  player: PlayerId,
): "INVALID" | "NOT_YOUR_TURN" | "NO_ATTEMPTS_LEFT" | undefined {
  if (challenge.state !== "RUNNING" || !challenge.accepted.includes(player)) return "INVALID";
  if (!hasTurnsLeft(challenge, player)) return "NO_ATTEMPTS_LEFT";
  return challenge.turnBased && challenge.nextPlayer !== player ? "NOT_YOUR_TURN" : undefined;
}

/** The next participant, in the order of `accepted`, who has turns left. May be the same player. */
export function playerAfter(challenge: ChallengeDocument, player: PlayerId): PlayerId | undefined {
  const { accepted } = challenge;
  const at = accepted.indexOf(player);
  const inOrder = [...accepted.slice(at + 1), ...accepted.slice(0, at + 1)];
  return inOrder.find((one) => hasTurnsLeft(challenge, one));
}
