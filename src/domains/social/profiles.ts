import type { PlayerId } from "../../ids.ts";
import type { Actor } from "../../kernel/actor.ts";
import type { Documents } from "../../store/store.ts";
import { record } from "../audit/index.ts";
import { closeAccount } from "./accounts.ts";
import { WAITING } from "./cancel.ts";
import { type ProfileDocument, social } from "./collections.ts";
import { playerProfileId } from "./ids.ts";
import { cancelPost, getPost } from "./posts.ts";
import { SocialRefused } from "./refused.ts";

export type ProfileChange = Partial<Pick<ProfileDocument, "title" | "displayTitle" | "disabledNetworks" | "tags">>;

/**
 * Changes a profile. Call in a transaction. Costs a read, an update and a record.
 * @throws SocialRefused DUPLICATE if the project has a profile of this title; NOT_FOUND if it is gone
 */
export async function changeProfile(
  tx: Documents,
  { _id, organizationId, projectId }: ProfileDocument,
  change: ProfileChange,
  { by, now }: { by: Actor; now: number },
): Promise<ProfileDocument> {
  const { profiles } = social(tx);
  const { title } = change;
  const namesake = title === undefined ? null : await profiles.findOne({ projectId, title: { $eq: title } });
  if (namesake && namesake._id !== _id) {
    throw new SocialRefused("DUPLICATE", "The project has a profile of this title.", { title });
  }
  const update = { ...(Object.keys(change).length > 0 && { $set: { ...change } }), $inc: { version: 1 } };
  const changed = await profiles.findOneAndUpdate({ _id }, update, { returnDocument: "after" });
  if (!changed) throw new SocialRefused("NOT_FOUND", "There is no such profile.");
  const data = { changed: Object.keys(change) };
  await record(tx, { action: "profile.changed", by, now, organizationId, projectId, subject: _id, data });
  return changed;
}

/**
 * Deletes a profile with its key and webhooks. Its waiting posts are canceled and its accounts disconnected; a player keeps
 * its links. Published posts stay on the networks and in the history. Call in a transaction. Cost: a few documents, and one
 * update for each account and each waiting post.
 *
 * @throws SocialRefused NOT_FOUND if it is gone; CONFLICT for a project's primary profile
 */
export async function deleteProfile(
  tx: Documents,
  { _id, organizationId, projectId, playerId, title }: ProfileDocument,
  { by, now }: { by: Actor; now: number },
): Promise<void> {
  const { accounts, posts, profiles, webhooks } = social(tx);
  if (_id.startsWith("primary:")) throw new SocialRefused("CONFLICT", "The primary profile cannot be deleted.");
  if ((await profiles.deleteOne({ _id })).deletedCount === 0)
    throw new SocialRefused("NOT_FOUND", "There is no such profile.");
  if (!playerId) {
    const open = await accounts.find({ profileId: _id, status: { $ne: "disconnected" } }).toArray();
    const closing = { reason: "profile_deleted", queued: "cancel", by, now } as const;
    for (const account of open) await closeAccount(tx, account, closing);
  }
  const waiting = posts.find({ profileId: _id, status: { $in: [...WAITING] } }, { projection: { _id: 1 } });
  for (const post of await waiting.toArray()) {
    await cancelPost(tx, await getPost(tx, organizationId, post._id), { by, now, reason: "profile_deleted" });
  }
  await webhooks.deleteMany({ profileId: _id });
  await record(tx, { action: "profile.deleted", by, now, organizationId, projectId, subject: _id, data: { title } });
}

/** Stops a profile: its Profile-Key is refused, and its posts wait. Returns false if it was so already. Call in a transaction. */
export async function suspendProfile(
  tx: Documents,
  { _id, organizationId, projectId }: ProfileDocument,
  suspended: boolean,
  { by, now }: { by: Actor; now: number },
): Promise<boolean> {
  const change = suspended ? { $set: { suspended: true } } : { $unset: { suspended: "" } };
  const { matchedCount } = await social(tx).profiles.updateOne(
    { _id, suspended: { $exists: !suspended } },
    { ...change, $inc: { version: 1 } },
  );
  if (matchedCount === 0) return false;
  const action = suspended ? "profile.suspended" : "profile.resumed";
  await record(tx, { action, by, now, organizationId, projectId, subject: _id });
  return true;
}

/** Deletes what a deleted player had as a profile: its Profile-Key stops working. */
export async function deletePlayerProfile(tx: Documents, player: PlayerId): Promise<void> {
  const _id = playerProfileId(player);
  await social(tx).profiles.deleteOne({ _id });
  await social(tx).webhooks.deleteMany({ profileId: _id });
}
