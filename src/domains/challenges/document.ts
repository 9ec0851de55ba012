import type { ObjectId } from "bson";
import type { PlayerId } from "../../ids.ts";
import type { Collection, Documents } from "../../store/store.ts";

export const ACCESS_TYPES = ["PRIVATE", "PUBLIC", "FRIENDS"] as const;
export type AccessType = (typeof ACCESS_TYPES)[number];

/**
 * ISSUED: created, and it may not begin yet. WAITING: it may, at its start time. RUNNING. The others are ends: COMPLETE was
 * played, DECLINED by everybody invited, EXPIRED before it began, WITHDRAWN by its challenger.
 */
export type ChallengeState = "ISSUED" | "WAITING" | "RUNNING" | "COMPLETE" | "DECLINED" | "EXPIRED" | "WITHDRAWN";

/**
 * A challenge that was issued. Scripts query this collection as `challengeInstance`, so names follow GameSparks'; players
 * are ids in text. Arrays and objects are replaced and never changed in place, so that a shallow copy is a snapshot.
 */
export interface ChallengeDocument {
  _id: ObjectId;
  challengeShortCode: string;
  challengeName: string;
  state: ChallengeState;
  accessType: AccessType;
  challenger: PlayerId;
  /** Who were invited. */
  challenged: PlayerId[];
  /** Who play: the challenger first, the others as they came. Turns go round in this order. */
  accepted: PlayerId[];
  declined: PlayerId[];
  /** Everybody above, whom lists of challenges look for. */
  players: PlayerId[];
  challengeMessage?: string;
  turnBased: boolean;
  /** It begins when `maxPlayers` have come, and not before. */
  autoStart: boolean;
  /** With the challenger. */
  minPlayers?: number;
  maxPlayers?: number;
  /** Turns or attempts of each player. */
  maxAttempts?: number;
  silent: boolean;
  /** What each player sets aside, by short code of the currency; absent: nothing. */
  wagers?: Record<string, number>;
  /** Whose wager is set aside now. */
  staked?: PlayerId[];
  /** Segments that a player who joins must be in: one of the values of each type. */
  eligibility?: { type: string; values: string[] }[];
  /** Player → turns or attempts taken, of those who play. */
  turnCount: Record<string, number>;
  /** Whose turn it is, while a challenge with turns runs. */
  nextPlayer?: PlayerId;
  /** When it is to begin at the earliest. */
  startTime?: Date;
  /** When it began. */
  startDate?: Date;
  endDate?: Date;
  /** Nobody joins after it, and what has not begun by then does not begin. */
  expiryDate?: Date;
  winner?: PlayerId;
  scriptData: Record<string, unknown>;
  privateData: Record<string, unknown>;
  created: Date;
  /** When time does something to it; absent: never. */
  due?: Date;
  /** Of the job runner, while it works on what time does. Each change of the challenge removes them, and so ends the claim. */
  claim?: string;
  attempts?: number;
  freeAttempts?: number;
  /** Others may join. Absent: not. */
  joinable?: true;
}

export const challengesIn = (documents: Documents): Collection<ChallengeDocument & Record<string, unknown>> =>
  documents.collection("challengeInstance");

/** The newest first. */
export const NEWEST_FIRST = { created: -1, _id: -1 } as const;
