import { ObjectId } from "../../bson.ts";
import { field, RequestError } from "../../errors.ts";
import type { ChallengeType } from "../../game/challenge-types.ts";
import { objectIdOf, type PlayerId, playerIdOf } from "../../ids.ts";
import type { Documents } from "../../store/store.ts";
import type { CurrencyAmounts } from "../accounts/index.ts";
import { accounts } from "../accounts/index.ts";
import type { AccessType, ChallengeDocument } from "./document.ts";
import type { Criteria } from "./eligibility.ts";
import { challengeIssuedMessage } from "./messages/challenge-issued-message.ts";
import { MAX_PLAYERS } from "./rules.ts";
import { type ChallengeWork, Step } from "./step.ts";
import { stake } from "./wagers.ts";

export interface NewChallenge {
  type: ChallengeType;
  accessType: AccessType;
  invited: readonly PlayerId[];
  autoStart: boolean;
  silent: boolean;
  wagers: CurrencyAmounts;
  eligibility: Criteria;
  message: string | undefined;
  minPlayers: number | undefined;
  maxPlayers: number | undefined;
  maxAttempts: number | undefined;
  startTime: Date | undefined;
  expiryTime: Date | undefined;
  endTime: Date | undefined;
}

/**
 * Issues a challenge, with the challenger as its first player. Skips invited players who do not exist; a PRIVATE
 * challenge needs at least one. Refuses `usersToChallenge`, invalid times, and like `stake`. Call in a transaction.
 * Cost: a read of the invited players, an insert, and an update of the challenger if there is a wager.
 */
export async function createChallenge(
  work: ChallengeWork,
  challenger: PlayerId,
  wanted: NewChallenge,
): Promise<ObjectId> {
  checkTimes(wanted, work.now);
  const invited = [...new Set(wanted.invited)].filter((player) => player !== challenger);
  if (invited.length >= MAX_PLAYERS) throw new RequestError(field("usersToChallenge", "TOO_MANY"));
  const challenged = await existing(work.documents, invited);
  if (wanted.accessType === "PRIVATE" && challenged.length === 0)
    throw new RequestError(field("usersToChallenge", "INVALID"));
  const step = new Step(work, documentOf(challenger, challenged, wanted, work.now));
  await stake(step, challenger);
  const said = wanted.message === undefined ? {} : { message: wanted.message };
  step.notify(challengeIssuedMessage, challenged, { who: challenger, fields: said });
  await step.save();
  return step.challenge._id;
}

function documentOf(
  challenger: PlayerId,
  challenged: PlayerId[],
  wanted: NewChallenge,
  now: number,
): ChallengeDocument {
  const { type, wagers, eligibility, message, minPlayers, maxPlayers, maxAttempts } = wanted;
  const { startTime, expiryTime, endTime } = wanted;
  return {
    _id: new ObjectId(),
    challengeShortCode: type.shortCode,
    challengeName: type.name,
    state: "ISSUED",
    accessType: wanted.accessType,
    challenger,
    challenged,
    accepted: [challenger],
    declined: [],
    players: [challenger, ...challenged],
    ...(message !== undefined && { challengeMessage: message }),
    turnBased: type.turnBased,
    autoStart: wanted.autoStart,
    ...(minPlayers !== undefined && { minPlayers }),
    ...(maxPlayers !== undefined && { maxPlayers }),
    ...(maxAttempts !== undefined && { maxAttempts }),
    silent: wanted.silent,
    ...(Object.keys(wagers).length > 0 && { wagers }),
    ...(eligibility.length > 0 && { eligibility }),
    turnCount: { [challenger]: 0 },
    ...(startTime && startTime.getTime() > now && { startTime }),
    ...(endTime && { endDate: endTime }),
    ...(expiryTime && { expiryDate: expiryTime }),
    scriptData: {},
    privateData: {},
    created: new Date(now),
  };
}

function checkTimes({ type, startTime, expiryTime, endTime }: NewChallenge, now: number): void {
  if (!endTime && type.achievement === undefined) throw new RequestError(field("endTime", "REQUIRED"));
  if (endTime && endTime.getTime() <= now) throw new RequestError(field("endTime", "INVALID"));
  const isAfterEnd = (time: Date | undefined) => time && endTime && time.getTime() > endTime.getTime();
  if (isAfterEnd(startTime)) throw new RequestError(field("startTime", "INVALID"));
  if (isAfterEnd(expiryTime) || (expiryTime && expiryTime.getTime() <= now)) {
    throw new RequestError(field("expiryTime", "INVALID"));
  }
}

async function existing(documents: Documents, players: readonly PlayerId[]): Promise<PlayerId[]> {
  if (players.length === 0) return [];
  const query = { _id: { $in: players.map(objectIdOf) } };
  const found = await accounts(documents)
    .players.find(query, { projection: { _id: 1 } })
    .toArray();
  const known = new Set(found.map(({ _id }) => playerIdOf(_id)));
  return players.filter((player) => known.has(player));
}
