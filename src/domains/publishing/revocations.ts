import { settingsOf } from "../../config.ts";
import type { JobKind } from "../../jobs/kind.ts";
import { SERVER } from "../../kernel/actor.ts";
import { PublishRefused } from "../../publishers/publisher.ts";
import type { Store } from "../../store/store.ts";
import { record } from "../audit/index.ts";
import { type CredentialRevocationDocument, social } from "../social/index.ts";
import { withContext } from "./context.ts";
import type { PublishingParts } from "./parts.ts";
import { ownSettings } from "./settings.ts";
import { networkAccountOf } from "./usable.ts";

/** Nearly four hours pass until a revocation is given up. */
const RETRY = { firstMs: 10_000, mostMs: 3_600_000 };
const MAX_ATTEMPTS = 12;
const LEASE_MS = 30_000;

/**
 * Revokes the credentials of disconnected accounts at their networks, at least once, unless a network stays unavailable. An
 * account that is connected elsewhere keeps its grant, and so does one whose grant another account uses: a network would end
 * both.
 */
export function credentialRevocations(parts: PublishingParts): JobKind<CredentialRevocationDocument> {
  const { clock, config, log, networks, secrets } = parts;
  return {
    name: "credentialRevocation",
    collection: "credentialRevocation",
    concurrency: 4,
    leaseMs: LEASE_MS + 2 * settingsOf(config, ownSettings).publishTimeoutMs,
    retry: RETRY,
    maxAttempts: MAX_ATTEMPTS,
    async run(claim) {
      const { store, document } = claim;
      const { _id: subject, platform, organizationId, projectId } = document;
      const publisher = networks.publisherOf(platform);
      const credentials =
        publisher?.revoke && !(await isGrantUsed(store, document))
          ? await secrets.openCredentials(document.credentials, document)
          : undefined;
      if (!publisher?.revoke || !credentials) {
        await claim.finish();
        return "settled";
      }
      const account = networkAccountOf(document, credentials);
      const revoke = publisher.revoke;
      try {
        await withContext(parts, undefined, (context) => revoke(networks.settings, account, context));
      } catch (error) {
        // The grant has ended already.
        if (!(error instanceof PublishRefused && error.kind === "TOKEN")) throw error;
      }
      await store.transaction(async (tx) => {
        const about = { organizationId, projectId, subject, data: { platform } };
        await record(tx, { action: "token.revoked", by: SERVER, now: clock.now(), ...about });
        await claim.finish(tx);
      });
      return "settled";
    },
    async giveUp(claim, { stage }) {
      const { _id: account, platform } = claim.document;
      await claim.finish();
      log.warn(
        { stage, account, platform },
        "the credentials of a disconnected account could not be revoked; they stay valid until they expire",
      );
    },
  };
}

async function isGrantUsed(
  store: Store,
  { platform, externalId, grant }: CredentialRevocationDocument,
): Promise<boolean> {
  const { accounts } = social(store);
  const inUse = { status: { $ne: "disconnected" } };
  const same = await accounts.findOne({ externalId, platform, ...inUse }, { projection: { _id: 1 } });
  if (same || grant === undefined) return same !== null;
  return (await accounts.findOne({ grant, ...inUse }, { projection: { _id: 1 } })) !== null;
}
