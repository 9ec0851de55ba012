import type { ObjectId } from "bson";
import { objectIdOf, type PlayerId } from "../../ids.ts";
import type { ExternalFriend, SystemId } from "../../providers/provider.ts";
import type { Documents } from "../../store/store.ts";
import { conflictWithArrivals } from "./arrivals.ts";
import { accounts, type FriendshipDocument, type PlayerDocument } from "./collections.ts";
import { linkKey } from "./links.ts";
import { SUMMARY_FIELDS, type SummaryFields } from "./summary.ts";

/** Entries of an external friend list per document. */
const FRIENDS_PER_PART = 500;
/** So few that no single operation blocks the event loop for more than a few milliseconds. */
const IDS_PER_QUERY = 250;

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

  /** Friends by this system so far, in hex: long lists of objects would make garbage collection pause. */
  const known = new Set<string>();
  for await (const { players } of friendships.find({ players: self, via: systemId })) {
    known.add(other(players, self).toHexString());
  }
  for (const some of chunks(list, IDS_PER_QUERY)) {
    const keys = some.map((friend) => linkKey(systemId, friend.id));
    const playing = await links.find({ _id: { $in: keys } }, { projection: { playerId: 1 } }).toArray();
    const linked = new Set(playing.map(({ _id }) => _id));
    const absent = keys.filter((key) => !linked.has(key));
    if (absent.length > 0) await conflictWithArrivals(tx, absent);
    const ids = playing.map(({ playerId }) => playerId).filter((id) => !id.equals(self));
    const newcomers = ids.filter((id) => !known.delete(id.toHexString()));
    if (newcomers.length === 0) continue;
    await links.updateMany({ playerId: { $in: newcomers }, systemId }, { $inc: { friendships: 1 } });
    await addFriends(tx, self, newcomers, systemId);
  }
  for (const some of chunks([...known], IDS_PER_QUERY)) {
    const pairs = some.map((friend) => [player as string, friend].sort().join(":"));
    await removeVia(tx, { _id: { $in: pairs } }, systemId);
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

/** Adds `systemId` as a source of friendships, of which none has it yet. Creates less garbage than upserts. */
async function addFriends(tx: Documents, self: ObjectId, friends: readonly ObjectId[], systemId: SystemId) {
  const { friendships } = accounts(tx);
  const made = friends.map((friend) => friendshipOf(self, friend, systemId));
  const others = { _id: { $in: made.map(({ _id }) => _id) } };
  const existing = await friendships.find(others, { projection: { _id: 1 } }).toArray();
  if (existing.length > 0) await friendships.updateMany(others, { $addToSet: { via: systemId } });
  const known = new Set(existing.map(({ _id }) => _id));
  const created = made.filter(({ _id }) => !known.has(_id));
  if (created.length > 0) await friendships.insertMany(created);
}

function friendshipOf(a: ObjectId, b: ObjectId, systemId: SystemId): FriendshipDocument & Record<string, unknown> {
  const [first, second] = a.toHexString() < b.toHexString() ? [a, b] : [b, a];
  return { _id: `${first.toHexString()}:${second.toHexString()}`, players: [first, second], via: [systemId] };
}

function other(pair: readonly [ObjectId, ObjectId], self: ObjectId): ObjectId {
  return pair[0].equals(self) ? pair[1] : pair[0];
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const result: T[][] = [];
  for (let i = 0; i < items.length; i += size) result.push(items.slice(i, i + size));
  return result;
}
