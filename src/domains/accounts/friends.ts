import type { ObjectId } from "bson";
import { objectIdOf, type PlayerId } from "../../ids.ts";
import type { ExternalFriend, SystemId } from "../../providers/provider.ts";
import type { BulkOperation, Documents } from "../../store/store.ts";
import { accounts, type PlayerDocument } from "./collections.ts";
import { linkKey } from "./links.ts";
import { SUMMARY_FIELDS, type SummaryFields } from "./summary.ts";

/** Entries of an external friend list per document. */
const FRIENDS_PER_PART = 500;
const IDS_PER_QUERY = 1_000;

/** The ids of the player's friends, from all sources. One indexed read, with one small document per friend. */
export async function friendIdsOf(documents: Documents, player: PlayerId): Promise<ObjectId[]> {
  const self = objectIdOf(player);
  const found = await accounts(documents).friendships.find({ players: self }).toArray();
  return found.map((f) => other(f.players, self));
}

/** One read. */
export async function areFriends(documents: Documents, one: PlayerId, other: PlayerId): Promise<boolean> {
  const _id = [one, other].sort().join(":");
  return (await accounts(documents).friendships.findOne({ _id }, { projection: { _id: 1 } })) !== null;
}

export async function friendsOf(documents: Documents, player: PlayerId): Promise<SummaryFields[]> {
  const ids = await friendIdsOf(documents, player);
  const friends: PlayerDocument[] = [];
  for (const some of chunks(ids, IDS_PER_QUERY)) {
    const query = { _id: { $in: some } };
    friends.push(...(await accounts(documents).players.find(query, { projection: SUMMARY_FIELDS }).toArray()));
  }
  return friends;
}

/** The player's external friends, as of the last connect, who are not players yet. */
export async function invitableFriendsOf(
  documents: Documents,
  player: PlayerId,
): Promise<{ systemId: SystemId; friend: ExternalFriend }[]> {
  const { externalFriends, links } = accounts(documents);
  const invitable: { systemId: SystemId; friend: ExternalFriend }[] = [];
  const parts = externalFriends.find({ playerId: objectIdOf(player) }, { sort: { _id: 1 } });
  for await (const { systemId, friends } of parts) {
    const keys = friends.map((f) => linkKey(systemId, f.id));
    const playing = await links.find({ _id: { $in: keys } }, { projection: { _id: 1 } }).toArray();
    const known = new Set(playing.map((link) => link._id));
    for (const friend of friends) {
      if (!known.has(linkKey(systemId, friend.id))) invitable.push({ systemId, friend });
    }
  }
  return invitable;
}

/**
 * Replaces the player's friendships from `systemId` by those of the list, on both sides. Call in the transaction that
 * links the account. Also writes the links of the player and of new friends, to conflict with a concurrent disconnect.
 * Cost: reads both lists, writes the differences and one document per 500 entries.
 */
export async function replaceFriends(
  tx: Documents,
  player: PlayerId,
  systemId: SystemId,
  list: readonly ExternalFriend[],
): Promise<void> {
  const { externalFriends, friendships, links } = accounts(tx);
  const self = objectIdOf(player);

  await links.updateMany({ playerId: self, systemId }, { $inc: { friendships: 1 } });
  await externalFriends.deleteMany({ playerId: self, systemId });
  const parts = chunks(list, FRIENDS_PER_PART).map((friends, part) => ({
    _id: `${player}:${systemId}:${part}`,
    playerId: self,
    systemId,
    friends,
  }));
  if (parts.length > 0) await externalFriends.insertMany(parts);

  const wanted = new Map<string, ObjectId>();
  for (const some of chunks(list, IDS_PER_QUERY)) {
    const keys = some.map((friend) => linkKey(systemId, friend.id));
    for (const { playerId } of await links.find({ _id: { $in: keys } }, { projection: { playerId: 1 } }).toArray()) {
      if (!playerId.equals(self)) wanted.set(playerId.toHexString(), playerId);
    }
  }
  const obsolete: string[] = [];
  for (const known of await friendships.find({ players: self, via: systemId }).toArray()) {
    const friend = other(known.players, self).toHexString();
    if (!wanted.delete(friend)) obsolete.push(known._id);
  }
  for (const some of chunks(obsolete, IDS_PER_QUERY)) await removeVia(tx, { _id: { $in: some } }, systemId);
  const newcomers = [...wanted.values()];
  for (const some of chunks(newcomers, IDS_PER_QUERY)) {
    await links.updateMany({ playerId: { $in: some }, systemId }, { $inc: { friendships: 1 } });
    await friendships.bulkWrite(some.map((friend) => addVia(self, friend, systemId)));
  }
}

/**
 * Removes `systemId` as a source of the player's friendships, and deletes those with no other source, on both sides.
 * Returns how many it deleted. Call in the transaction that unlinks the account. Cost: one delete or update per friend.
 */
export async function removeFriendsVia(tx: Documents, player: PlayerId, systemId: SystemId): Promise<number> {
  const self = objectIdOf(player);
  await accounts(tx).externalFriends.deleteMany({ playerId: self, systemId });
  return removeVia(tx, { players: self }, systemId);
}

async function removeVia(tx: Documents, which: Record<string, unknown>, systemId: SystemId): Promise<number> {
  const { friendships } = accounts(tx);
  const { deletedCount } = await friendships.deleteMany({ ...which, via: [systemId] });
  await friendships.updateMany({ ...which, via: systemId }, { $pull: { via: systemId } });
  return deletedCount;
}

function addVia(a: ObjectId, b: ObjectId, systemId: SystemId): BulkOperation {
  const players = a.toHexString() < b.toHexString() ? [a, b] : [b, a];
  return {
    updateOne: {
      filter: { _id: players.map((id) => id.toHexString()).join(":") },
      update: { $setOnInsert: { players }, $addToSet: { via: systemId } },
      upsert: true,
    },
  };
}

function other(pair: readonly [ObjectId, ObjectId], self: ObjectId): ObjectId {
  return pair[0].equals(self) ? pair[1] : pair[0];
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const result: T[][] = [];
  for (let i = 0; i < items.length; i += size) result.push(items.slice(i, i + size));
  return result;
}
