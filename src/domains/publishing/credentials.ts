import { settingsOf } from "../../config.ts";
import {
  type AnyPublisher,
  type Credentials,
  type NetworkAccount,
  PublishRefused,
} from "../../publishers/publisher.ts";
import type { Store } from "../../store/store.ts";
import { type SocialAccountDocument, social } from "../social/index.ts";
import { publisherContext } from "./context.ts";
import type { PublishingParts } from "./parts.ts";
import { persistently } from "./persistently.ts";
import { ownSettings } from "./settings.ts";

/** Credentials that expire within this time are renewed first: a publisher may take minutes. */
const SOON_MS = 600_000;
/** Without a refresh token the token renews itself, which it can only while it is valid. */
const SOON_WITHOUT_REFRESH_TOKEN_MS = 7 * 86_400_000;
/** While another process renews them. */
const POLL_MS = 100;

/** What a publisher's call needs of an account, and the document that it was read from. */
export interface Usable {
  account: SocialAccountDocument;
  networkAccount: NetworkAccount;
}

/**
 * An account's credentials, renewed if they expire soon or if the network refused them. One caller renews them at a time, on
 * any number of servers, because a rotating refresh token is valid once. A stored refresh token is only replaced by another
 * one. If renewing fails while the credentials are still valid, they are used.
 *
 * @throws PublishRefused TOKEN if the network says that the grant has ended; UNAVAILABLE; NOT_CONFIGURED
 */
export async function usableAccount(
  parts: PublishingParts,
  store: Store,
  account: SocialAccountDocument,
  publisher: AnyPublisher,
  { areRefused = false }: { areRefused?: boolean } = {},
): Promise<Usable> {
  const credentials = await readable(parts, store, account);
  if (!publisher.refresh || account.credentials === undefined) return usable(account, credentials);
  const now = parts.clock.now();
  if (!areRefused && !expiresSoon(credentials, now)) return usable(account, credentials);
  try {
    return await renewed(parts, store, account, publisher);
  } catch (error) {
    const hasEnded = error instanceof PublishRefused && error.kind === "TOKEN";
    const isValid = !areRefused && (credentials.expiresAt ?? now) > now;
    if (!hasEnded && isValid) return usable(account, credentials);
    throw hasEnded ? error : unavailable(publisher);
  }
}

/** Whether the network refused the access token alone, and the account's credentials can be renewed. */
export function canRenew(error: unknown, { refresh }: AnyPublisher, { credentials }: SocialAccountDocument): boolean {
  const isRefused = error instanceof PublishRefused && error.kind === "TOKEN" && error.canRenew;
  return isRefused && refresh !== undefined && credentials !== undefined;
}

/** Runs a call that may be repeated; once more with renewed credentials if the network refuses them. */
export async function withUsableAccount<R>(
  parts: PublishingParts,
  store: Store,
  account: SocialAccountDocument,
  publisher: AnyPublisher,
  work: (account: NetworkAccount) => Promise<R>,
): Promise<R> {
  const usable = await usableAccount(parts, store, account, publisher);
  try {
    return await work(usable.networkAccount);
  } catch (error) {
    if (!canRenew(error, publisher, usable.account)) throw error;
    const again = await usableAccount(parts, store, usable.account, publisher, { areRefused: true });
    return work(again.networkAccount);
  }
}

async function renewed(
  parts: PublishingParts,
  store: Store,
  { _id, credentials: known }: SocialAccountDocument,
  publisher: AnyPublisher,
): Promise<Usable> {
  const { locks, clock, config } = parts;
  const leaseMs = 2 * settingsOf(config, ownSettings).publishTimeoutMs + 10_000;
  const lock = await locks.acquire(`credentials of ${_id}`, leaseMs);
  if (!lock) throw unavailable(publisher);
  try {
    for (const deadline = performance.now() + leaseMs; ; ) {
      const { accounts } = social(store);
      const current = await accounts.findOne({ _id });
      if (!current?.credentials) throw unavailable(publisher);
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
      if (performance.now() > deadline) throw unavailable(publisher);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    await lock.release();
  }
}

async function renew(
  parts: PublishingParts,
  store: Store,
  account: SocialAccountDocument,
  publisher: AnyPublisher,
): Promise<Usable> {
  const { accounts } = social(store);
  const unchanged = { _id: account._id, credentials: account.credentials };
  const before = await readable(parts, store, account);
  const { context, end } = publisherContext(parts);
  let fresh: Credentials;
  try {
    fresh = await publisher.refresh!(parts.networks.settings, networkAccountOf(account, before), context);
    if (fresh.token === "") throw unavailable(publisher);
  } catch (error) {
    await accounts.updateOne(unchanged, { $unset: { refreshUntil: "" } });
    throw error;
  } finally {
    end();
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
  const set = { credentials: sealed, ...(fresh.expiresAt && { tokenExpires: new Date(fresh.expiresAt) }) };
  const unset = { refreshUntil: "", ...(!fresh.expiresAt && { tokenExpires: "" }) };
  // The old refresh token may be worthless now, so the new one must be stored.
  await persistently(() => accounts.updateOne(unchanged, { $set: set, $unset: unset }));
  return usable({ ...account, credentials: sealed }, credentials);
}

async function readable({ secrets }: PublishingParts, store: Store, account: SocialAccountDocument) {
  const credentials = await secrets.credentialsOf(store, account);
  if (credentials) return credentials;
  throw new PublishRefused(
    "NOT_CONFIGURED",
    "No credentials of the account are stored, or this server cannot read them.",
  );
}

function expiresSoon({ expiresAt, refreshToken }: Credentials, now: number): boolean {
  const soonMs = refreshToken ? SOON_MS : SOON_WITHOUT_REFRESH_TOKEN_MS;
  return expiresAt !== undefined && expiresAt - now < soonMs;
}

function usable(account: SocialAccountDocument, credentials: Credentials): Usable {
  return { account, networkAccount: networkAccountOf(account, credentials) };
}

export function networkAccountOf(
  { externalId, handle, facts }: Pick<SocialAccountDocument, "externalId" | "handle" | "facts">,
  credentials: Credentials,
): NetworkAccount {
  return {
    id: externalId,
    ...(handle !== undefined && { handle }),
    ...(facts !== undefined && { facts }),
    credentials,
  };
}

function unavailable({ name }: AnyPublisher): PublishRefused {
  return new PublishRefused("UNAVAILABLE", `The authorization at ${name} could not be renewed.`);
}
