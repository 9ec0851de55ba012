import type { PlayerId } from "../../ids.ts";
import { equals } from "../../store/equals.ts";
import type { Documents, Filter } from "../../store/store.ts";
import { type ChallengeDocument, challengesIn, NEWEST_FIRST } from "./document.ts";
import { ineligibility } from "./eligibility.ts";
import { dueState, isPastExpiry } from "./rules.ts";

/** Maximum number of challenges that one search reads. */
const MAX_SCANNED = 1_000;

export interface Listing {
  /** States as clients name them, including RECEIVED; empty: all. */
  states: readonly string[];
  shortCode: string | undefined;
  skip: number;
  limit: number;
}

/** A page of the player's challenges, newest first. Those that the player declined are listed only as DECLINED. */
export function listChallenges(documents: Documents, player: PlayerId, listing: Listing): Promise<ChallengeDocument[]> {
  const { states, shortCode, skip, limit } = listing;
  const which = states.map((state) => filterOf(state, player));
  const filter = {
    players: player,
    ...(which.length > 0 ? { $or: which } : { declined: { $ne: player } }),
    ...(shortCode !== undefined && { challengeShortCode: equals(shortCode) }),
  };
  return challengesIn(documents).find(filter, { sort: NEWEST_FIRST, skip, limit }).toArray();
}

function filterOf(state: string, player: PlayerId): Filter {
  if (state === "ISSUED") return { state, accepted: player };
  if (state === "RECEIVED") return { state: "ISSUED", accepted: { $ne: player }, declined: { $ne: player } };
  return state === "DECLINED" ? { state } : { state: equals(state), declined: { $ne: player } };
}

export interface Search {
  accessType: "PUBLIC" | "FRIENDS";
  friends: readonly PlayerId[];
  shortCodes: readonly string[];
  segments: Readonly<Record<string, string>>;
  skip: number;
  limit: number;
  now: number;
}

/** Challenges that the player can join and has not joined, newest first. Reads at most 1,000 open challenges. */
export async function searchChallenges(
  documents: Documents,
  player: PlayerId,
  search: Search,
): Promise<ChallengeDocument[]> {
  const { accessType, friends, shortCodes, segments, skip, limit, now } = search;
  const found: ChallengeDocument[] = [];
  if (limit <= 0 || (accessType === "FRIENDS" && friends.length === 0)) return found;
  const filter = {
    joinable: true,
    accessType,
    accepted: { $ne: player },
    ...(accessType === "FRIENDS" && { challenger: { $in: [...friends] } }),
    ...(shortCodes.length > 0 && { challengeShortCode: { $in: [...shortCodes] } }),
  };
  let before = 0;
  for await (const challenge of challengesIn(documents).find(filter, { sort: NEWEST_FIRST, limit: MAX_SCANNED })) {
    const isChanging = dueState(challenge, now) !== undefined;
    if (isChanging || isPastExpiry(challenge, now) || ineligibility(challenge.eligibility, segments)) continue;
    if (before++ < skip) continue;
    found.push(challenge);
    if (found.length >= limit) break;
  }
  return found;
}
