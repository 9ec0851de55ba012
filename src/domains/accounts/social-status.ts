import { objectIdOf, type PlayerId } from "../../ids.ts";
import type { SystemId, TokenStatus } from "../../providers/provider.ts";
import type { Documents } from "../../store/store.ts";
import { accounts, type ExternalAuthenticationDocument } from "./collections.ts";

export interface SocialStatus {
  systemId: SystemId;
  /** Whether the stored token is still valid in the external system. */
  active: boolean;
  /** When the token expires, in milliseconds since 1970, if known. */
  expiresAt?: number;
}

/** Checks a token with its provider; undefined if the provider offers no check or is unavailable. */
export type CheckToken = (systemId: SystemId, token: string) => Promise<TokenStatus | undefined>;

/**
 * The status of the player's links. Tokens that have not expired are checked with their provider; if that is not
 * possible, the expiry known from the last connect decides. One call to a provider per link with a token.
 */
export async function socialStatusesOf(
  documents: Documents,
  player: PlayerId,
  now: number,
  check: CheckToken,
): Promise<SocialStatus[]> {
  const links = await accounts(documents)
    .links.find({ playerId: objectIdOf(player) }, { sort: { _id: 1 } })
    .toArray();
  return Promise.all(links.map((link) => statusOf(link, now, check)));
}

async function statusOf(link: ExternalAuthenticationDocument, now: number, check: CheckToken): Promise<SocialStatus> {
  const { systemId, token } = link;
  const known = link.tokenExpires?.getTime();
  const expired = known !== undefined && known <= now;
  const answer = token === undefined || expired ? undefined : await check(systemId, token);
  const expiresAt = answer?.expiresAt ?? known;
  return { systemId, active: answer?.active ?? !expired, ...(expiresAt !== undefined && { expiresAt }) };
}
