import { objectIdOf, type PlayerId } from "../../ids.ts";
import type { SystemId, TokenStatus } from "../../providers/provider.ts";
import type { Documents } from "../../store/store.ts";
import { accounts, type ExternalAuthenticationDocument } from "./collections.ts";

export interface SocialStatus {
  systemId: SystemId;
  /** Whether what the link keeps still works in the external system. */
  active: boolean;
  /** When the token ends, in milliseconds since 1970, where that is known. */
  expiresAt?: number;
}

/** Asks the provider of a link; undefined where there is nothing to ask or the provider cannot be asked. */
export type CheckToken = (systemId: SystemId, token: string) => Promise<TokenStatus | undefined>;

/**
 * The player's links. A token that is past its time is not asked about; otherwise the provider says whether it works, and
 * where the provider cannot be asked, what was known at connect counts. One call to a provider for each link with a
 * token.
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
