import { type Static, Type } from "@sinclair/typebox";
import { linkKey, accounts as playerAccounts } from "../../../domains/accounts/index.ts";
import { layersAccountId, type SocialAccountDocument } from "../../../domains/social/index.ts";
import type { Documents } from "../../../store/store.ts";
import { isoOf, nullable, socialAccountId, time } from "../fields.ts";

export const accountStatus = Type.Union(
  [Type.Literal("connected"), Type.Literal("reauth_required"), Type.Literal("disconnected")],
  { description: "reauth_required: the network ended the authorization; connect the account again." },
);

export const accountView = Type.Object({
  socialAccountId,
  platform: Type.String({ description: "Such as tiktok, or the system of a player's link, such as gamecenter." }),
  handle: nullable(Type.String()),
  avatarUrl: nullable(Type.String()),
  status: accountStatus,
  leased: Type.Boolean(),
  connectedAt: time("When it was connected."),
  tokenExpiresAt: nullable(time("When its token expires; null if that is not known.")),
});

export function viewOf(account: SocialAccountDocument, tokenExpires: Date | undefined): Static<typeof accountView> {
  return {
    socialAccountId: layersAccountId(account._id),
    platform: account.platform,
    handle: account.handle ?? null,
    avatarUrl: account.avatarUrl ?? null,
    status: account.status,
    leased: account.leasedAt !== undefined,
    connectedAt: account.connectedAt.toISOString(),
    tokenExpiresAt: isoOf(tokenExpires),
  };
}

/** When the accounts' tokens expire, by the accounts' ids. A player's link has its own token. Costs one read. */
export async function tokenExpiries(
  documents: Documents,
  accounts: readonly SocialAccountDocument[],
): Promise<ReadonlyMap<string, Date | undefined>> {
  const linked = accounts.filter(({ systemId, status }) => systemId && status !== "disconnected");
  const keys = linked.map(({ systemId, externalId }) => linkKey(systemId!, externalId));
  const filter = { _id: { $in: keys } };
  const links = keys.length === 0 ? [] : await playerAccounts(documents).links.find(filter).toArray();
  return new Map([
    ...accounts.map(({ _id, tokenExpires }) => [_id, tokenExpires] as const),
    ...links.flatMap(({ accountId, tokenExpires }) => (accountId ? [[accountId, tokenExpires] as const] : [])),
  ]);
}
