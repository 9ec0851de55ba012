import { LocksFull } from "../../cluster/locks.ts";
import { objectIdOf, type PlayerId } from "../../ids.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { providerContext } from "../../kernel/provider-context.ts";
import { ProviderUnavailable, type SystemId, type TokenStatus } from "../../providers/provider.ts";
import type { Documents } from "../../store/store.ts";
import { accounts, type ExternalAuthenticationDocument } from "./collections.ts";
import type { LinkGrants, OpenLink } from "./link-grants.ts";

export interface SocialStatus extends TokenStatus {
  systemId: SystemId;
}

/** A token that expires within this time is refreshed. */
const NEARLY_MS = 60_000;

export type SocialStatusOptions = Pick<Kernel, "clock" | "config" | "providerCalls"> & { grants: LinkGrants };

/** The status of players' links. */
export class SocialStatuses {
  readonly #options: SocialStatusOptions;

  constructor(options: SocialStatusOptions) {
    this.#options = options;
  }

  /**
   * Checks tokens that have not expired with their provider, and refreshes those that have, if the provider can. If the
   * provider is unavailable, what is known remains: a token is active until it expires, and one that can be refreshed
   * until the provider refuses that. At most two calls to a provider per link. Do not call in a transaction: a refreshed
   * token is stored at once, because the provider may have invalidated the old one.
   */
  async of(documents: Documents, player: PlayerId): Promise<SocialStatus[]> {
    const links = await accounts(documents)
      .links.find({ playerId: objectIdOf(player) }, { sort: { _id: 1 } })
      .toArray();
    return Promise.all(
      links.map(async (link) => ({ systemId: link.systemId, ...(await this.#statusOf(documents, link)) })),
    );
  }

  async #statusOf(documents: Documents, link: ExternalAuthenticationDocument): Promise<TokenStatus> {
    const expiresAt = link.tokenExpires?.getTime();
    const left = expiresAt === undefined ? Number.POSITIVE_INFINITY : expiresAt - this.#options.clock.now();
    const open = await this.#options.grants.open(link);
    const { token, refreshToken, provider, settings } = open;
    const known = statusOf(left > 0 || refreshToken !== undefined, expiresAt);
    if (!provider || settings === undefined) return known;
    try {
      if (refreshToken !== undefined && left <= NEARLY_MS) return await this.#refresh(documents, open, known);
      const context = providerContext(this.#options);
      const answer = token !== undefined && left > 0 ? await provider.status?.(token, settings, context) : undefined;
      if (answer?.active === false && refreshToken !== undefined) return await this.#refresh(documents, open, known);
      return answer ? statusOf(answer.active, answer.expiresAt ?? expiresAt) : known;
    } catch (error) {
      if (error instanceof ProviderUnavailable || error instanceof LocksFull) return known;
      throw error;
    }
  }

  async #refresh(documents: Documents, open: OpenLink, known: TokenStatus): Promise<TokenStatus> {
    const link = await this.#options.grants.refresh(documents, open);
    if (link === "busy") return known;
    return link === "ended" ? statusOf(false, known.expiresAt) : statusOf(true, link.tokenExpires?.getTime());
  }
}

function statusOf(active: boolean, expiresAt: number | undefined): TokenStatus {
  return { active, ...(expiresAt !== undefined && { expiresAt }) };
}
