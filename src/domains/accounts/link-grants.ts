import type { Locks } from "../../cluster/locks.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { providerContext } from "../../kernel/provider-context.ts";
import { providerOf, settingsIn } from "../../providers/index.ts";
import { type AnyProvider, type NetworkGrant, ProviderRefusal, type SystemId } from "../../providers/provider.ts";
import type { Documents } from "../../store/store.ts";
import type { SocialAccountDocument } from "../social/index.ts";
import { accounts, type ExternalAuthenticationDocument } from "./collections.ts";
import { type LinkTokens, replaceTokens } from "./link-tokens.ts";
import { linkKey } from "./links.ts";

export type LinkGrantOptions = Pick<Kernel, "clock" | "config" | "game" | "providerCalls"> & {
  locks: Locks;
  tokens: Pick<LinkTokens, "open" | "seal">;
  providers?: ((systemId: SystemId) => AnyProvider | undefined) | undefined;
};

/** A link with its tokens, opened. */
export interface OpenLink {
  link: ExternalAuthenticationDocument;
  token: string | undefined;
  /** Undefined if there is none, or if the provider cannot refresh or is not set up. */
  refreshToken: string | undefined;
  provider: AnyProvider | undefined;
  /** Undefined if the provider is not set up. */
  settings: unknown;
}

/** Opens and refreshes the tokens of players' links. */
export class LinkGrants {
  readonly #options: LinkGrantOptions;

  constructor(options: LinkGrantOptions) {
    this.#options = options;
  }

  async open(link: ExternalAuthenticationDocument): Promise<OpenLink> {
    const { game, tokens, providers = providerOf } = this.#options;
    const provider = providers(link.systemId);
    const settings = provider && settingsIn(game.integrations, provider);
    const canRefresh = provider?.refresh !== undefined && settings !== undefined;
    const token = await tokens.open(link);
    const refreshToken = canRefresh ? await tokens.open(link, "refreshToken") : undefined;
    return { link, token, refreshToken, provider, settings };
  }

  /** The link of a player's social account; undefined if it was removed. Costs one read. */
  async linkOf(
    documents: Documents,
    { _id: accountId, systemId, externalId }: SocialAccountDocument,
  ): Promise<OpenLink | undefined> {
    if (systemId === undefined) return undefined;
    const link = await accounts(documents).links.findOne({ _id: linkKey(systemId, externalId), accountId });
    return link ? this.open(link) : undefined;
  }

  /** What a social network's calls need of the link; undefined if its token is not stored or cannot be read. */
  grantOf({ token, provider, settings }: OpenLink): NetworkGrant | undefined {
    if (token === undefined) return undefined;
    return provider?.grantOf?.(token, settings) ?? { token };
  }

  /**
   * Refreshes a link's token once, however many ask at the same time, and stores the result. Do not call in a transaction:
   * the provider may have invalidated the old refresh token.
   *
   * @returns the link as it is now; "ended" if the provider refuses the refresh token; "busy" if others refresh it and take too long
   * @throws ProviderUnavailable, LocksFull
   */
  async refresh(documents: Documents, open: OpenLink): Promise<ExternalAuthenticationDocument | "ended" | "busy"> {
    const { locks, config } = this.#options;
    const { link } = open;
    const name = `refresh/${link.playerId.toHexString()}:${link._id}`;
    const lock = await locks.acquire(name, 2 * config.providerTimeoutMs);
    if (!lock) return "busy";
    try {
      return (await refreshedSince(documents, link)) ?? (await this.#refreshNow(documents, open));
    } catch (error) {
      if (!(error instanceof ProviderRefusal)) throw error;
      // A server that does not share the lock may have used the refresh token first.
      return (await refreshedSince(documents, link)) ?? "ended";
    } finally {
      await lock.release();
    }
  }

  async #refreshNow(documents: Documents, { link, provider, settings, refreshToken }: OpenLink) {
    const answer = await provider!.refresh!(refreshToken!, settings, providerContext(this.#options));
    const sealed = await this.#options.tokens.seal(link, { ...answer, id: link.externalId });
    // The link may have been deleted or moved in the meantime.
    if (sealed) await replaceTokens(documents, { _id: link._id, playerId: link.playerId }, sealed);
    const { token: _, tokenExpires: __, ...rest } = link;
    return { ...rest, ...sealed };
  }
}

/** The link, if another request has replaced its token since it was read. */
async function refreshedSince(
  documents: Documents,
  link: ExternalAuthenticationDocument,
): Promise<ExternalAuthenticationDocument | undefined> {
  const current = await accounts(documents).links.findOne({ _id: link._id, playerId: link.playerId });
  return current && current.token !== link.token ? current : undefined;
}
