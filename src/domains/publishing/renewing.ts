import { settingsOf } from "../../config.ts";
import { type AnyPublisher, type Credentials, PublishRefused } from "../../publishers/publisher.ts";
import type { Documents, Store } from "../../store/store.ts";
import {
  RENEWAL_JOB,
  renewalTime,
  requireReauthorization,
  type SocialAccountDocument,
  social,
} from "../social/index.ts";
import { withContext } from "./context.ts";
import type { PublishingParts } from "./parts.ts";
import { persistently } from "./persistently.ts";
import { ownSettings } from "./settings.ts";
import { networkAccountOf, readable, type Usable, usable } from "./usable.ts";

/** While another process renews them. */
const POLL_MS = 100;

/**
 * Renews an account's credentials, once, however many callers on any number of servers ask at the same time: a rotating
 * refresh token is valid once. A stored refresh token is only replaced by another one.
 *
 * @returns the account as it is now; with the same credentials if they cannot be renewed yet
 * @throws PublishRefused TOKEN if the network says that the grant has ended; NOT_CONFIGURED, UNAVAILABLE and others
 */
export async function renewed(
  parts: PublishingParts,
  store: Store,
  { _id, credentials: known }: SocialAccountDocument,
  publisher: AnyPublisher,
): Promise<Usable> {
  const { locks, clock, config, networks } = parts;
  const missing = publisher.missing?.(networks.settings);
  if (missing !== undefined) throw new PublishRefused("NOT_CONFIGURED", `This server has no ${missing}.`);
  const leaseMs = 2 * settingsOf(config, ownSettings).publishTimeoutMs + 10_000;
  const lock = await locks.acquire(`credentials of ${_id}`, leaseMs);
  if (!lock) throw notRenewed(publisher);
  try {
    for (const deadline = performance.now() + leaseMs; ; ) {
      const { accounts } = social(store);
      const current = await accounts.findOne({ _id });
      if (!current?.credentials) throw notRenewed(publisher);
      // Another caller has renewed them, or the account was connected again.
      if (current.credentials !== known) return usable(current, await readable(parts, store, current));
      const now = clock.now();
      const free = { $or: [{ refreshUntil: { $exists: false } }, { refreshUntil: { $lte: new Date(now) } }] };
      const claimed = await accounts.findOneAndUpdate(
        { _id, credentials: known, ...free },
        { $set: { refreshUntil: new Date(now + leaseMs) } },
        { returnDocument: "after" },
      );
      if (claimed) return await renew(parts, store, claimed, publisher);
      if (performance.now() > deadline) throw notRenewed(publisher);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    await lock.release();
  }
}

export function notRenewed({ name }: Pick<AnyPublisher, "name">): PublishRefused {
  return new PublishRefused("UNAVAILABLE", `The authorization at ${name} could not be renewed.`);
}

/** Marks the account, once, unless it was connected again with other credentials since. */
export async function endGrant(tx: Documents, used: SocialAccountDocument, now: number): Promise<void> {
  const account = await social(tx).accounts.findOne({ _id: used._id });
  if (account && account.credentials === used.credentials) await requireReauthorization(tx, account, now);
}

async function renew(
  parts: PublishingParts,
  store: Store,
  account: SocialAccountDocument,
  publisher: AnyPublisher,
): Promise<Usable> {
  const { accounts } = social(store);
  const unchanged = { _id: account._id, credentials: account.credentials };
  const release = () => accounts.updateOne(unchanged, { $unset: { refreshUntil: "" } });
  const before = await readable(parts, store, account);
  let fresh: Credentials;
  try {
    fresh = await withContext(parts, undefined, (context) =>
      publisher.refresh!(parts.networks.settings, networkAccountOf(account, before), context),
    );
    if (fresh.token === "") throw notRenewed(publisher);
  } catch (error) {
    await release();
    throw error;
  }
  if (fresh.token === before.token && fresh.expiresAt === before.expiresAt) {
    await release();
    return usable(account, before);
  }
  const refreshToken = fresh.refreshToken || before.refreshToken;
  const tokenSecret = fresh.tokenSecret ?? before.tokenSecret;
  const credentials: Credentials = {
    token: fresh.token,
    ...(tokenSecret !== undefined && { tokenSecret }),
    ...(refreshToken !== undefined && { refreshToken }),
    ...(fresh.expiresAt !== undefined && { expiresAt: fresh.expiresAt }),
  };
  const sealed = await parts.secrets.sealCredentials(credentials, account);
  const due = renewalTime(credentials, parts.clock.now());
  const set = {
    credentials: sealed,
    ...(fresh.expiresAt && { tokenExpires: new Date(fresh.expiresAt) }),
    ...(due && { due }),
  };
  const { due: _, ...claim } = RENEWAL_JOB;
  const unset = { refreshUntil: "", ...(!fresh.expiresAt && { tokenExpires: "" }), ...(due ? claim : RENEWAL_JOB) };
  // The old refresh token may be worthless now, so the new one must be stored.
  await persistently(() => accounts.updateOne(unchanged, { $set: set, $unset: unset }));
  return usable({ ...account, credentials: sealed }, credentials);
}
