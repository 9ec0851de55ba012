import { type Locks, LocksFull } from "../../cluster/locks.ts";
import type { Stage } from "../../game/game.ts";
import { objectIdOf, type PlayerId } from "../../ids.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { providerContext } from "../../kernel/provider-context.ts";
import { providerOf, settingsIn } from "../../providers/index.ts";
import {
  type AnyProvider,
  ProviderRefusal,
  ProviderUnavailable,
  type RefreshedToken,
  type SystemId,
  type TokenStatus,
} from "../../providers/provider.ts";
import type { Documents } from "../../store/store.ts";
import { accounts, type ExternalAuthenticationDocument } from "./collections.ts";
import { type LinkTokens, replaceTokens } from "./link-tokens.ts";

export interface SocialStatus extends TokenStatus {
  systemId: SystemId;
}

/** A token that expires within this time is refreshed. */
const NEARLY_MS = 60_000;

export type SocialStatusOptions = Pick<Kernel, "clock" | "config" | "game" | "providerCalls"> & {
  locks: Locks;
  tokens: LinkTokens;
  providers?: (systemId: SystemId) => AnyProvider | undefined;
};

/** A link whose provider is set up, and what is stored of its tokens, opened. */
interface Source {
  link: ExternalAuthenticationDocument;
  token: string | undefined;
  refreshToken: string | undefined;
  status(token: string): Promise<TokenStatus> | undefined;
  refresh(refreshToken: string): Promise<RefreshedToken>;
}

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
  async of(documents: Documents, stage: Stage, player: PlayerId): Promise<SocialStatus[]> {
    const links = await accounts(documents)
      .links.find({ playerId: objectIdOf(player) }, { sort: { _id: 1 } })
      .toArray();
    return Promise.all(
      links.map(async (link) => ({ systemId: link.systemId, ...(await this.#statusOf(documents, stage, link)) })),
    );
  }

  async #statusOf(documents: Documents, stage: Stage, link: ExternalAuthenticationDocument): Promise<TokenStatus> {
    const expiresAt = link.tokenExpires?.getTime();
    const left = expiresAt === undefined ? Number.POSITIVE_INFINITY : expiresAt - this.#options.clock.now();
    const source = await this.#sourceOf(link);
    const { token, refreshToken } = source ?? {};
    const known = statusOf(left > 0 || refreshToken !== undefined, expiresAt);
    if (!source) return known;
    try {
      if (refreshToken !== undefined && left <= NEARLY_MS) return await this.#refresh(documents, stage, source, known);
      const answer = token !== undefined && left > 0 ? await source.status(token) : undefined;
      if (answer?.active === false && refreshToken !== undefined)
        return await this.#refresh(documents, stage, source, known);
      return answer ? statusOf(answer.active, answer.expiresAt ?? expiresAt) : known;
    } catch (error) {
      if (error instanceof ProviderUnavailable || error instanceof LocksFull) return known;
      throw error;
    }
  }

  async #sourceOf(link: ExternalAuthenticationDocument): Promise<Source | undefined> {
    const { game, tokens, providers = providerOf } = this.#options;
    const provider = providers(link.systemId);
    const settings = provider && settingsIn(game.integrations, provider);
    if (!provider || settings === undefined) return undefined;
    const context = providerContext(this.#options);
    const { refresh } = provider;
    return {
      link,
      token: await tokens.open(link),
      refreshToken: refresh && (await tokens.open(link, "refreshToken")),
      status: (token) => provider.status?.(token, settings, context),
      refresh: (refreshToken) => refresh!.call(provider, refreshToken, settings, context),
    };
  }

  /** Refreshes a link's token once, however many ask at the same time, and stores the result. */
  async #refresh(documents: Documents, stage: Stage, source: Source, known: TokenStatus): Promise<TokenStatus> {
    const { locks, config } = this.#options;
    const { link } = source;
    const lock = await locks.acquire(`refresh/${stage}:${link._id}`, 2 * config.providerTimeoutMs);
    if (!lock) return known;
    try {
      return (await refreshedSince(documents, link)) ?? (await this.#refreshNow(documents, source));
    } catch (error) {
      if (!(error instanceof ProviderRefusal)) throw error;
      // A server that does not share the lock may have used the refresh token first.
      return (await refreshedSince(documents, link)) ?? statusOf(false, known.expiresAt);
    } finally {
      await lock.release();
    }
  }

  async #refreshNow(documents: Documents, { link, refresh, refreshToken }: Source): Promise<TokenStatus> {
    const answer = await refresh(refreshToken!);
    const sealed = await this.#options.tokens.seal(link, { ...answer, id: link.externalId });
    // The link may have been deleted or moved in the meantime.
    if (sealed) await replaceTokens(documents, { _id: link._id, playerId: link.playerId }, sealed);
    return statusOf(true, answer.tokenExpiresAt);
  }
}

/** The status of a link whose token another request has replaced since `link` was read. */
async function refreshedSince(
  documents: Documents,
  link: ExternalAuthenticationDocument,
): Promise<TokenStatus | undefined> {
  const current = await accounts(documents).links.findOne({ _id: link._id, playerId: link.playerId });
  if (!current || current.token === link.token) return undefined;
  return statusOf(true, current.tokenExpires?.getTime());
}

function statusOf(active: boolean, expiresAt: number | undefined): TokenStatus {
  return { active, ...(expiresAt !== undefined && { expiresAt }) };
}
