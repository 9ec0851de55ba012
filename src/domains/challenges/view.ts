import type { Static } from "@sinclair/typebox";
import { objectIdOf, type PlayerId, playerIdOf } from "../../ids.ts";
import type { Documents } from "../../store/store.ts";
import { wireDate } from "../../wire-date.ts";
import { accounts } from "../accounts/index.ts";
import type { ChallengeDocument } from "./document.ts";
import type { ChallengeFields } from "./fields.ts";
import { hasReplied } from "./rules.ts";

export type ChallengeView = Static<typeof ChallengeFields>;

export type Names = ReadonlyMap<PlayerId, { name?: string; externalIds?: Record<string, string> }>;

const IDS_PER_QUERY = 1_000;

/** Details of all players in the challenges, except deleted ones. One query per 1,000 players. */
export async function namesIn(documents: Documents, challenges: readonly ChallengeDocument[]): Promise<Names> {
  const ids = [...new Set(challenges.flatMap(({ players, challenger }) => [challenger, ...players]))];
  const names = new Map<PlayerId, { name?: string; externalIds?: Record<string, string> }>();
  for (let at = 0; at < ids.length; at += IDS_PER_QUERY) {
    const query = { _id: { $in: ids.slice(at, at + IDS_PER_QUERY).map(objectIdOf) } };
    const projection = { displayName: 1, externalIds: 1 } as const;
    for await (const { _id, displayName, externalIds } of accounts(documents).players.find(query, { projection })) {
      names.set(playerIdOf(_id), {
        ...(displayName !== undefined && { name: displayName }),
        ...(Object.keys(externalIds).length > 0 && { externalIds: externalIds as Record<string, string> }),
      });
    }
  }
  return names;
}

/** @param viewer sees an ISSUED challenge as RECEIVED if invited and without a reply */
export function viewOf(challenge: ChallengeDocument, names: Names, viewer?: PlayerId): ChallengeView {
  const detail = (id: PlayerId) => ({ id, ...names.get(id) });
  const dateOrNull = (date: Date | undefined) => (date ? wireDate(date) : null);
  const { challenged, declined, wagers, maxAttempts, nextPlayer, challengeMessage } = challenge;
  return {
    challengeId: challenge._id.toHexString(),
    shortCode: challenge.challengeShortCode,
    challengeName: challenge.challengeName,
    ...(challengeMessage !== undefined && { challengeMessage }),
    state: viewer !== undefined && isReceived(challenge, viewer) ? "RECEIVED" : challenge.state,
    challenger: detail(challenge.challenger),
    ...(challenged.length > 0 && { challenged: challenged.map(detail) }),
    accepted: challenge.accepted.map(detail),
    ...(declined.length > 0 && { declined: declined.map(detail) }),
    startDate: dateOrNull(challenge.startDate),
    endDate: dateOrNull(challenge.endDate),
    expiryDate: dateOrNull(challenge.expiryDate),
    ...(maxAttempts !== undefined && { maxTurns: maxAttempts }),
    ...(nextPlayer !== undefined && { nextPlayer }),
    turnCount: challenge.turnCount,
    ...(wagers && wagersOf(wagers)),
    scriptData: challenge.scriptData,
  };
}

function isReceived(challenge: ChallengeDocument, player: PlayerId): boolean {
  return challenge.state === "ISSUED" && challenge.challenged.includes(player) && !hasReplied(challenge, player);
}

function wagersOf(wagers: Record<string, number>): Partial<ChallengeView> {
  const numbered = Object.entries(wagers).filter(([code]) => /^currency[1-6]$/.test(code));
  return { ...Object.fromEntries(numbered.map(([code, amount]) => [`${code}Wager`, amount])), currencyWagers: wagers };
}
