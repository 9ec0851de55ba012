import { LocksFull } from "../../cluster/locks.ts";
import { ProviderUnavailable } from "../../providers/provider.ts";
import { type AnyPublisher, type Credentials, PublishRefused } from "../../publishers/publisher.ts";
import type { Store } from "../../store/store.ts";
import type { SocialAccountDocument } from "../social/index.ts";
import type { PublishingParts } from "./parts.ts";
import { notRenewed, renewed } from "./renewing.ts";
import { readable, type Usable, unreadable, usable } from "./usable.ts";

/** Credentials that expire within this time are renewed first: a publisher may take minutes. */
const SOON_MS = 600_000;
/** Without a refresh token the token renews itself, which it can only while it is valid. */
const SOON_WITHOUT_REFRESH_TOKEN_MS = 7 * 86_400_000;

/**
 * An account's credentials, renewed if they expire soon or if the network refused them. If renewing fails while the
 * credentials are still valid, they are used.
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
  if (account.credentials === undefined) return usableLink(parts, store, account, publisher);
  const credentials = await readable(parts, store, account);
  const now = parts.clock.now();
  if (!publisher.refresh || (!areRefused && !expiresSoon(credentials, now))) return usable(account, credentials);
  try {
    return await renewed(parts, store, account, publisher);
  } catch (error) {
    const kind = error instanceof PublishRefused ? error.kind : undefined;
    const isValid = !areRefused && (credentials.expiresAt ?? now) > now;
    if (kind !== "TOKEN" && isValid) return usable(account, credentials);
    throw kind === "TOKEN" || kind === "NOT_CONFIGURED" ? error : notRenewed(publisher);
  }
}

/** The same for a player's link, whose provider refreshes its token as it does for SocialStatusRequest. */
async function usableLink(
  { links, clock }: PublishingParts,
  store: Store,
  account: SocialAccountDocument,
  publisher: AnyPublisher,
): Promise<Usable> {
  let open = await links.linkOf(store, account);
  const expiresAt = open?.link.tokenExpires?.getTime();
  const leftMs = (expiresAt ?? Number.POSITIVE_INFINITY) - clock.now();
  if (open?.refreshToken !== undefined && leftMs < SOON_MS) {
    try {
      const after = await links.refresh(store, open);
      if (after === "ended") throw new PublishRefused("TOKEN", `${publisher.name} ended the player's authorization.`);
      if (after !== "busy") open = await links.open(after);
      else if (leftMs <= 0) throw notRenewed(publisher);
    } catch (error) {
      if (!(error instanceof ProviderUnavailable || error instanceof LocksFull)) throw error;
      if (leftMs <= 0) throw notRenewed(publisher);
    }
  }
  const credentials = open && links.grantOf(open);
  if (!credentials) throw unreadable();
  return usable(account, credentials);
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
  work: (usable: Usable) => Promise<R>,
): Promise<R> {
  const usable = await usableAccount(parts, store, account, publisher);
  try {
    return await work(usable);
  } catch (error) {
    if (!canRenew(error, publisher, usable.account)) throw error;
    return work(await usableAccount(parts, store, usable.account, publisher, { areRefused: true }));
  }
}

function expiresSoon({ expiresAt, refreshToken }: Credentials, now: number): boolean {
  const soonMs = refreshToken ? SOON_MS : SOON_WITHOUT_REFRESH_TOKEN_MS;
  return expiresAt !== undefined && expiresAt - now < soonMs;
}
