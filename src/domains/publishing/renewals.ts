import { settingsOf } from "../../config.ts";
import type { Claim, JobDocument } from "../../jobs/claim.ts";
import type { JobKind } from "../../jobs/kind.ts";
import { PublishRefused } from "../../publishers/publisher.ts";
import { enqueueEvent, RENEWAL_JOB, type SocialAccountDocument, social } from "../social/index.ts";
import type { PublishingParts } from "./parts.ts";
import { endGrant, renewed } from "./renewing.ts";
import { ownSettings } from "./settings.ts";

/** Two weeks pass until renewing is given up; a post renews them too. */
const RETRY = { firstMs: 600_000, mostMs: 21_600_000 };
const MAX_ATTEMPTS = 60;
const LEASE_MS = 30_000;
const AT_ONCE = 4;
/** Renewals that one server begins in a window: about two a second, also after downtime. */
const WINDOW = { ms: 10_000, most: 20 } as const;
/** After the expiry, for clocks that differ. */
const PAST_EXPIRY_MS = 60_000;

export type RenewalJob = SocialAccountDocument & JobDocument;

/**
 * Renews the credentials of connected accounts some time before they expire (`renewalTime`), whether or not they post. An
 * account's document is the job. Only the network's own statement that the grant has ended marks the account for a new
 * connection. Credentials that cannot be renewed make one event "refresh", about 15 days before they expire, so that the
 * user can be asked. Cost: two writes and a call for each renewal; one indexed read for each poll without any.
 */
export function credentialRenewals(parts: PublishingParts): JobKind<RenewalJob> {
  const { clock, config, log, networks } = parts;
  let window = { from: Number.NEGATIVE_INFINITY, begun: 0 };
  return {
    name: "credentialRenewal",
    collection: "socialAccount",
    concurrency: AT_ONCE,
    leaseMs: LEASE_MS + 2 * settingsOf(config, ownSettings).publishTimeoutMs,
    retry: RETRY,
    maxAttempts: MAX_ATTEMPTS,
    filter() {
      const now = clock.now();
      if (now - window.from >= WINDOW.ms) window = { from: now, begun: 0 };
      return window.begun < WINDOW.most ? {} : undefined;
    },
    async run(claim) {
      window.begun += 1;
      const { store, document: account } = claim;
      const publisher = networks.publisherOf(account.platform);
      if (account.status !== "connected" || account.credentials === undefined || !publisher) {
        await end(claim);
        return "settled";
      }
      if (!publisher.refresh) {
        await remind(claim, clock.now());
        return "settled";
      }
      try {
        const { account: after } = await renewed(parts, store, account, publisher);
        // Storing the new credentials has also set when the next ones are due.
        if (after.credentials === account.credentials) await remind(claim, clock.now());
      } catch (error) {
        if (!(error instanceof PublishRefused && error.kind === "TOKEN")) throw error;
        await store.transaction((tx) => endGrant(tx, account, clock.now()));
      }
      return "settled";
    },
    async giveUp(claim, { stage }) {
      const { _id: account, platform } = claim.document;
      await end(claim);
      log.warn({ stage, account, platform }, "the credentials of an account could not be renewed for two weeks");
    },
  };
}

async function end({ store, document: { _id }, token }: Claim<RenewalJob>): Promise<void> {
  await social(store).accounts.updateOne({ _id, claim: token }, { $unset: RENEWAL_JOB });
}

/** Asks the user once to connect the account again. The network is asked once more when the credentials have expired. */
async function remind(claim: Claim<RenewalJob>, now: number): Promise<void> {
  const { store, document: account } = claim;
  const expires = account.tokenExpires?.getTime() ?? 0;
  if (expires <= now) return end(claim);
  await store.transaction(async (tx) => {
    await claim.reschedule(new Date(expires + PAST_EXPIRY_MS), {}, tx);
    await enqueueEvent(tx, account, "social", now, {
      type: "refresh",
      platform: account.platform,
      ...(account.displayName !== undefined && { displayName: account.displayName }),
      source: "system",
      refreshBy: new Date(expires).toISOString(),
    });
  });
}
