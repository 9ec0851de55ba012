import type { Stage } from "../../game/game.ts";
import type { Claim } from "../../jobs/claim.ts";
import type { JobKind } from "../../jobs/kind.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { providerContext } from "../../kernel/provider-context.ts";
import { providerOf, settingsIn } from "../../providers/index.ts";
import type { AnyProvider, SystemId } from "../../providers/provider.ts";
import type { Documents } from "../../store/store.ts";
import { accounts, type ExternalAuthenticationDocument, type TokenRevocationDocument } from "./collections.ts";
import type { LinkId, LinkTokens } from "./link-tokens.ts";
import { linkKey } from "./links.ts";

/** Nearly four hours pass until a revocation is given up. */
const RETRY = { firstMs: 10_000, mostMs: 3_600_000 };
const MAX_ATTEMPTS = 12;
const LEASE_MS = 30_000;
/** Sorts before every other due time and does not depend on a clock. */
const AT_ONCE = new Date(0);

/**
 * Stores the job that revokes a deleted link's token. Does nothing if the provider cannot revoke or no token is stored.
 * Call in the transaction that deletes the link.
 */
export async function requestRevocation(
  tx: Documents,
  link: ExternalAuthenticationDocument | null,
  providers: (systemId: SystemId) => AnyProvider | undefined = providerOf,
): Promise<void> {
  if (!link?.token || !providers(link.systemId)?.revoke) return;
  const { _id, systemId, externalId, token } = link;
  const job = { systemId, externalId, token, due: AT_ONCE };
  await accounts(tx).tokenRevocations.replaceOne({ _id }, job, { upsert: true });
}

/**
 * Deletes the pending revocation of an account that is connected again, because it would end the new connection too.
 * Call in the transaction that creates the link.
 */
export async function cancelRevocation(tx: Documents, { systemId, externalId }: LinkId): Promise<void> {
  await accounts(tx).tokenRevocations.deleteOne({ _id: linkKey(systemId, externalId) });
}

export type RevocationOptions = Pick<Kernel, "clock" | "config" | "game" | "log" | "providerCalls"> & {
  tokens: Pick<LinkTokens, "open">;
  providers?: (systemId: SystemId) => AnyProvider | undefined;
};

/** Revokes each token at least once, unless its provider stays unavailable. */
export function revocationJobs(options: RevocationOptions): JobKind<TokenRevocationDocument> {
  const { config, game, log, tokens, providers = providerOf } = options;
  return {
    name: "tokenRevocation",
    collection: "tokenRevocation",
    concurrency: 4,
    leaseMs: LEASE_MS + 4 * config.providerTimeoutMs,
    retry: RETRY,
    maxAttempts: MAX_ATTEMPTS,
    async run(claim) {
      const { document } = claim;
      const provider = providers(document.systemId);
      const settings = provider && settingsIn(game.integrations, provider);
      const token = await tokens.open(document);
      if (token !== undefined && settings !== undefined)
        await provider?.revoke?.(token, settings, providerContext(options));
      await claim.finish();
      return "settled";
    },
    async giveUp(claim: Claim<TokenRevocationDocument>, { stage }: { stage: Stage }) {
      const { systemId, externalId } = claim.document;
      await claim.finish();
      log.warn(
        { stage, systemId, externalId },
        "the token of a disconnected account could not be revoked; it stays valid until it expires",
      );
    },
  };
}
