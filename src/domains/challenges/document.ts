import type { ObjectId } from "bson";
import type { PlayerId } from "../../ids.ts";
import type { Collection, Documents } from "../../store/store.ts";

export const ACCESS_TYPES = ["PRIVATE", "PUBLIC", "FRIENDS"] as const;
export type AccessType = (typeof ACCESS_TYPES)[number];

/**
 * ISSUED: waiting for players. WAITING: waiting for its start time. RUNNING: being played. The other states are final:
 * COMPLETE after play, DECLINED by all invited players, EXPIRED before the start, WITHDRAWN by the challenger.
 */
export type ChallengeState = "ISSUED" | "WAITING" | "RUNNING" | "COMPLETE" | "DECLINED" | "EXPIRED" | "WITHDRAWN";

/**
 * Scripts query this collection as `challengeInstance`, so names follow GameSparks and players are ids as text. Arrays
 * and objects are replaced, never modified in place, so that a shallow copy is a snapshot.
 */
export interface ChallengeDocument {
  _id: ObjectId;
  challengeShortCode: string;
  challengeName: string;
  state: ChallengeState;
  accessType: AccessType;
  challenger: PlayerId;
  challenged: PlayerId[];
  /** The participants, in the order in which they joined, challenger first. Also the order of turns. */
  accepted: PlayerId[];
  declined: PlayerId[];
  /** All of the above, for queries. */
  players: PlayerId[];
  challengeMessage?: string;
  turnBased: boolean;
  /** The challenge starts only when it has `maxPlayers` participants. */
  autoStart: boolean;
  /** Includes the challenger. */
  minPlayers?: number;
  maxPlayers?: number;
  maxAttempts?: number;
  silent: boolean;
  /** The wager of each player, by short code of the currency. */
  wagers?: Record<string, number>;
  /** The players whose wager is reserved. */
  staked?: PlayerId[];
  /** Segments that players need to join: for each type, one of the values. */
  eligibility?: { type: string; values: string[] }[];
  /** Participant → turns or attempts taken. */
  turnCount: Record<string, number>;
  /** Whose turn it is; set while a turn-based challenge is running. */
  nextPlayer?: PlayerId;
  /** Earliest time of the start. */
  startTime?: Date;
  /** Time of the actual start. */
  startDate?: Date;
  endDate?: Date;
  /** Players can join until then. A challenge that is still ISSUED then expires. */
  expiryDate?: Date;
  winner?: PlayerId;
  scriptData: Record<string, unknown>;
  privateData: Record<string, unknown>;
  created: Date;
  /** Time of the next change by the clock, if any. */
  due?: Date;
  /** Set by the job runner. Every change of the challenge removes them, which ends the claim. */
  claim?: string;
  attempts?: number;
  freeAttempts?: number;
  joinable?: true;
}

export const challengesIn = (documents: Documents): Collection<ChallengeDocument & Record<string, unknown>> =>
  documents.collection("challengeInstance");

export const NEWEST_FIRST = { created: -1, _id: -1 } as const;
