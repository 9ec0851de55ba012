import type { PlayerId } from "../../ids.ts";
import { objectIdOf } from "../../ids.ts";
import type { Actor } from "../../kernel/actor.ts";
import type { SystemId } from "../../providers/provider.ts";
import type { NetworkProfile } from "../../publishers/publisher.ts";
import { isDuplicateKey } from "../../store/errors.ts";
import type { Documents } from "../../store/store.ts";
import { record } from "../audit/index.ts";
import { cancelPostsTo } from "./cancel.ts";
import { type ProfileDocument, type SocialAccountDocument, social } from "./collections.ts";
import { GAME_ORGANIZATION, GAME_PROJECT, newAccountId, playerProfileId } from "./ids.ts";
import { type Platform, platformOf } from "./platforms.ts";
import { SocialRefused } from "./refused.ts";
import { RENEWAL_JOB, renewalTime } from "./renewal.ts";
import { addCredentialRevocation } from "./revocations.ts";
import { enqueueEvent } from "./webhooks.ts";

/** Sorts before every other due time and does not depend on a clock. */
const AT_ONCE = new Date(0);

/** How an account ended, as Layers names it. */
export type DisconnectReason =
  | "revoked_by_partner"
  | "released_by_partner"
  | "unlinked_by_player"
  | "unlinked_by_user"
  | "player_deleted"
  | "profile_deleted"
  | "replaced"
  | "authorization_ended";

/** What happens to the posts that wait for the account. "leave": they fail when their time comes. */
export type QueuedPosts = "cancel" | "leave";

/**
 * Adds the account of a player's new link. Returns its id, to be stored with the link. Call in the transaction that links
 * it. Costs one insert, one read and a record.
 */
export async function addLinkAccount(
  tx: Documents,
  link: { player: PlayerId; systemId: SystemId; externalId: string; displayName: string | undefined },
  { by, now }: { by: Actor; now: number },
): Promise<string> {
  const { player, systemId, externalId, displayName } = link;
  const platform = platformOf(systemId);
  const account: SocialAccountDocument = {
    _id: newAccountId(),
    organizationId: GAME_ORGANIZATION,
    projectId: GAME_PROJECT,
    profileId: playerProfileId(player),
    platform,
    playerId: objectIdOf(player),
    systemId,
    externalId,
    ...(displayName !== undefined && { displayName }),
    status: "connected",
    connectedAt: new Date(now),
    uses: 0,
  };
  account.connectedKey = connectedKey(account);
  await social(tx).accounts.insertOne(account as SocialAccountDocument & Record<string, unknown>);
  await connected(tx, account, by, now);
  return account._id;
}

/** A player has connected a link again: posts can be sent to it again. Call in the transaction. Costs one indexed read. */
export async function reauthorizeLinkAccount(
  tx: Documents,
  { player, systemId, externalId }: { player: PlayerId; systemId: SystemId; externalId: string },
  { by, now }: { by: Actor; now: number },
): Promise<void> {
  const link = { profileId: playerProfileId(player), platform: platformOf(systemId), externalId };
  const account = await social(tx).accounts.findOneAndUpdate(
    { ...link, systemId, status: "reauth_required" },
    { $set: { status: "connected" } },
  );
  if (account) await record(tx, { action: "account.reauthorized", by, now, ...about(account) });
}

/**
 * Connects an account to a profile. One that is connected already gets the new credentials and keeps its id; a
 * disconnected one becomes a new account. Call in a transaction.
 *
 * @param credentials sealed
 * @param exclusive the profile may have one account of the network: another one is disconnected, if it is not a player's link
 * @param accountId connect this account again: the network must have returned the same one
 * @throws SocialRefused CONFLICT if `accountId` is another account; NOT_FOUND if the profile is deleted
 */
export async function connectAccount(
  tx: Documents,
  profile: ProfileDocument,
  {
    network,
    found,
    credentials,
    exclusive = false,
    accountId,
  }: {
    network: Platform;
    found: NetworkProfile;
    credentials: string;
    exclusive?: boolean;
    accountId?: string | undefined;
  },
  { by, now }: { by: Actor; now: number },
): Promise<SocialAccountDocument> {
  const { accounts, credentialRevocations, profiles } = social(tx);
  const { matchedCount } = await profiles.updateOne({ _id: profile._id }, { $inc: { version: 1 } });
  if (matchedCount === 0) throw new SocialRefused("NOT_FOUND", "The profile was deleted.");
  const { id: externalId, handle, displayName, avatarUrl, profileUrl, facts, grant } = found;
  const { organizationId, projectId, _id: profileId } = profile;
  const due = renewalTime(found.credentials, now);
  const shown = {
    ...(handle !== undefined && { handle }),
    ...(displayName !== undefined && { displayName }),
    ...(avatarUrl !== undefined && { avatarUrl }),
    ...(profileUrl !== undefined && { profileUrl }),
    ...(facts !== undefined && { facts: { ...facts } }),
    ...(grant !== undefined && { grant }),
    credentials,
    ...(found.credentials.expiresAt !== undefined && { tokenExpires: new Date(found.credentials.expiresAt) }),
    ...(due && { due }),
  };
  // It would end the new grant too.
  await credentialRevocations.deleteMany({ platform: network, externalId: { $eq: externalId } });
  if (grant !== undefined) await credentialRevocations.deleteMany({ grant: { $eq: grant } });
  const key = connectedKey({ profileId, platform: network, externalId });
  const known = await accounts.findOne({ connectedKey: key });
  if (accountId !== undefined && known?._id !== accountId) {
    throw new SocialRefused("CONFLICT", "The user chose another account than the one to connect again.");
  }
  if (known) {
    const { due: _, ...claim } = RENEWAL_JOB;
    const unset = { ...(shown.tokenExpires === undefined && { tokenExpires: "" }), ...(due ? claim : RENEWAL_JOB) };
    await accounts.updateOne({ _id: known._id }, { $set: { ...shown, status: "connected" }, $unset: unset });
    await record(tx, { action: "account.reauthorized", by, now, ...about(known) });
    return { ...known, ...shown, status: "connected" };
  }
  if (exclusive) {
    // A player's link stays: it is a way to log in.
    const isOther = { profileId, platform: network, status: { $ne: "disconnected" }, systemId: { $exists: false } };
    const others = accounts.find(isOther);
    for (const other of await others.toArray())
      await closeAccount(tx, other, { reason: "replaced", queued: "leave", by, now });
  }
  const account: SocialAccountDocument = {
    _id: newAccountId(),
    organizationId,
    projectId,
    profileId,
    platform: network,
    externalId,
    ...shown,
    status: "connected",
    connectedKey: key,
    connectedAt: new Date(now),
    uses: 0,
  };
  try {
    await accounts.insertOne(account as SocialAccountDocument & Record<string, unknown>);
  } catch (error) {
    if (isDuplicateKey(error)) throw new SocialRefused("CONFLICT", "The account was connected at the same moment.");
    throw error;
  }
  await connected(tx, account, by, now);
  return account;
}

export interface Closing {
  reason: DisconnectReason;
  queued: QueuedPosts;
  by: Actor;
  now: number;
  /** For the audit: the guards of a player's link were passed over. */
  forced?: boolean;
  friendsRemoved?: number;
}

/**
 * Disconnects an account: drops its credentials, leaves the job that revokes them, deals with its queued posts, and records
 * it. A player's link is removed by
 * `accounts/disconnectAccount`, which calls this. Call in a transaction. Returns how many queued posts were canceled.
 * Cost: a few documents, and one update for each queued post.
 */
export async function closeAccount(
  tx: Documents,
  account: SocialAccountDocument,
  { reason, queued, by, now, forced, friendsRemoved }: Closing,
): Promise<{ canceledPosts: number }> {
  const canceledPosts = queued === "cancel" ? await cancelPostsTo(tx, account._id, { reason, now }) : 0;
  const closed = await social(tx).accounts.findOneAndUpdate(
    { _id: account._id, status: { $ne: "disconnected" } },
    {
      $set: { status: "disconnected", disconnectedAt: new Date(now), disconnectedReason: reason },
      $unset: { credentials: "", tokenExpires: "", refreshUntil: "", connectedKey: "", ...RENEWAL_JOB },
      $inc: { uses: 1 },
    },
  );
  if (closed?.credentials !== undefined)
    await addCredentialRevocation(tx, closed, { ...closed, credentials: closed.credentials }, AT_ONCE, closed._id);
  await enqueueEvent(tx, account, "social", now, {
    type: "unlink",
    platform: account.platform,
    ...(account.displayName !== undefined && { displayName: account.displayName }),
    source: by.door === "server" ? "system" : "user",
  });
  await record(tx, {
    action: "account.disconnected",
    by,
    now,
    ...about(account),
    data: { ...about(account).data, reason, canceledPosts, friendsRemoved, ...(forced && { forced }) },
  });
  return { canceledPosts };
}

/** The account with this id in the organization. @throws SocialRefused NOT_FOUND */
export async function getAccount(
  documents: Documents,
  organizationId: string,
  id: string,
): Promise<SocialAccountDocument> {
  const account = await social(documents).accounts.findOne({ _id: { $eq: id } });
  if (account?.organizationId !== organizationId) throw new SocialRefused("NOT_FOUND", "There is no such account.");
  return account;
}

/** The profile's account of this platform that is not disconnected: the one that was connected last. */
export async function accountOn(
  documents: Documents,
  profileId: string,
  platform: Platform,
): Promise<SocialAccountDocument | undefined> {
  const filter = { profileId: { $eq: profileId }, platform: { $eq: platform }, status: { $ne: "disconnected" } };
  return (await social(documents).accounts.findOne(filter, { sort: { connectedAt: -1 } })) ?? undefined;
}

/** The network says that the grant has ended: posts fail until the account is connected again. Returns whether it changed. */
export async function requireReauthorization(tx: Documents, account: SocialAccountDocument, now: number) {
  const { matchedCount } = await social(tx).accounts.updateOne(
    { _id: account._id, status: "connected" },
    { $set: { status: "reauth_required" }, $unset: RENEWAL_JOB },
  );
  if (matchedCount === 0) return;
  await enqueueEvent(tx, account, "social", now, {
    type: "unlink",
    platform: account.platform,
    source: "system",
    details: { status: "error", message: "The network ended the authorization. Connect the account again." },
  });
}

async function connected(tx: Documents, account: SocialAccountDocument, by: Actor, now: number): Promise<void> {
  await enqueueEvent(tx, account, "social", now, {
    type: "link",
    platform: account.platform,
    ...(account.displayName !== undefined && { displayName: account.displayName }),
    source: "user",
  });
  await record(tx, { action: "account.connected", by, now, ...about(account) });
}

function about(account: SocialAccountDocument) {
  const { organizationId, projectId, _id, playerId, platform, profileId, externalId } = account;
  return {
    organizationId,
    projectId,
    subject: _id,
    ...(playerId && { player: playerId.toHexString() as PlayerId }),
    data: { platform, profileId, externalId },
  };
}

function connectedKey({
  profileId,
  platform,
  externalId,
}: Pick<SocialAccountDocument, "profileId" | "platform" | "externalId">): string {
  return `${profileId}:${platform}:${externalId}`;
}
