import { ObjectId } from "../../bson.ts";
import { RequestError } from "../../errors.ts";
import { objectIdOf, type PlayerId, parsePlayerId } from "../../ids.ts";
import { equals } from "../../store/equals.ts";
import type { Documents } from "../../store/store.ts";
import { type MessageDocument, messageCollections, NEWEST_FIRST } from "./collections.ts";
import { statusTooLong, unknownMessage } from "./refusals.ts";

const ENTRIES = 50;
const MAX_ENTRIES = 200;
const MAX_OFFSET = 1_000_000;
const MAX_STATUS_LENGTH = 256;
/** Maximum number of classes in a filter; further ones are ignored. */
const MAX_CLASSES = 50;

export interface MessageQuery {
  /** Messages per page; the default applies unless it is above 0. */
  entryCount?: number | undefined;
  /** Number of the page; the first is 0. */
  offset?: number | undefined;
  /** Comma-separated classes, with or without the dot, each optionally with an extension (`ScriptMessage_GIFT`). */
  include?: string | undefined;
  status?: string | undefined;
}

export interface ListedMessage {
  id: string;
  message: Record<string, unknown>;
  seen: boolean;
  status: string | undefined;
  when: Date;
}

/**
 * One page of the player's messages, newest first, without dismissed and expired ones. Cost: reads the page and
 * everything before it from an index. With several classes, an extension or a status, also reads the messages that do
 * not match. The number of messages per player is limited.
 */
export async function listMessages(
  documents: Documents,
  player: PlayerId,
  query: MessageQuery,
  now: number,
): Promise<ListedMessage[]> {
  const { entryCount, offset = 0, include, status } = query;
  const limit = entryCount === undefined || entryCount <= 0 ? ENTRIES : Math.min(entryCount, MAX_ENTRIES);
  const filter = {
    ...ofPlayer(player, now),
    ...included(include),
    ...(status && { status: equals(status) }),
  };
  const skip = Math.min(Math.max(offset, 0), MAX_OFFSET) * limit;
  const found = await messageCollections(documents)
    .messages.find(filter, { sort: NEWEST_FIRST, skip, limit })
    .toArray();
  return found.map(listed);
}

/** Refuses `{messageId: "UNKNOWN"}` if the player has no such message. One read. */
export async function getMessage(
  documents: Documents,
  player: PlayerId,
  messageId: string,
  now: number,
): Promise<ListedMessage> {
  const _id = idOf(messageId);
  const found = _id && (await messageCollections(documents).messages.findOne({ _id, ...ofPlayer(player, now) }));
  if (!found) throw unknown();
  return listed(found);
}

/** Refuses like `getMessage`, and a status that is too long as `{status: "TOO_LONG"}`. One update. */
export async function setStatus(
  documents: Documents,
  player: PlayerId,
  messageId: string,
  status: string,
  now: number,
): Promise<void> {
  if (status.length > MAX_STATUS_LENGTH) throw new RequestError(statusTooLong);
  const _id = idOf(messageId);
  const { messages } = messageCollections(documents);
  const filter = { _id, ...ofPlayer(player, now) };
  const updated = _id && (await messages.updateOne(filter, { $set: { status } }));
  if (!updated || updated.matchedCount === 0) throw unknown();
}

/** Deletes the message, even if it has not been sent. Refuses like `getMessage`. One delete. */
export async function dismiss(documents: Documents, player: PlayerId, messageId: string, now: number): Promise<void> {
  const _id = idOf(messageId);
  const deleted = _id && (await messageCollections(documents).messages.deleteOne({ _id, ...ofPlayer(player, now) }));
  if (!deleted || deleted.deletedCount === 0) throw unknown();
}

/** Deletes a message of any player and returns whether it existed. One delete. */
export async function dismissForAnyPlayer(documents: Documents, messageId: string, now: number): Promise<boolean> {
  const _id = idOf(messageId);
  const { messages } = messageCollections(documents);
  return _id !== undefined && (await messages.deleteOne({ _id, expires: { $gt: new Date(now) } })).deletedCount > 0;
}

/** Deletes those messages that the player has. Returns the other ids as `failed`. One read, one delete. */
export async function dismissAll(
  tx: Documents,
  player: PlayerId,
  messageIds: readonly string[],
  now: number,
): Promise<{ dismissed: number; failed: string[] }> {
  const wanted = [...new Set(messageIds)];
  const ids = wanted.map(idOf).filter((id) => id !== undefined);
  if (ids.length === 0) return { dismissed: 0, failed: wanted };
  const { messages } = messageCollections(tx);
  const own = await messages
    .find({ _id: { $in: ids }, ...ofPlayer(player, now) }, { projection: { _id: 1 } })
    .toArray();
  const found = new Set(own.map(({ _id }) => _id.toHexString()));
  if (own.length > 0) await messages.deleteMany({ _id: { $in: own.map(({ _id }) => _id) } });
  return { dismissed: own.length, failed: wanted.filter((id) => !found.has(id)) };
}

const unknown = () => new RequestError(unknownMessage);

function ofPlayer(player: PlayerId, now: number) {
  return { playerId: objectIdOf(player), expires: { $gt: new Date(now) } };
}

/** Message ids have the same form as player ids. */
function idOf(messageId: string): ObjectId | undefined {
  return parsePlayerId(messageId) && ObjectId.createFromHexString(messageId);
}

/** `.ScriptMessage,ScriptMessage_GIFT` → a filter */
function included(include: string | undefined): Record<string, unknown> {
  const names = (include ?? "").split(",").map((name) => name.trim().replace(/^\./, ""));
  const wanted = names
    .filter((name) => name !== "")
    .slice(0, MAX_CLASSES)
    .map(byName);
  if (wanted.length === 0) return {};
  return wanted.length === 1 ? wanted[0]! : { $or: wanted };
}

function byName(name: string): Record<string, unknown> {
  const at = name.indexOf("_");
  return at < 0 ? { class: equals(name) } : { class: equals(name.slice(0, at)), extCode: equals(name.slice(at + 1)) };
}

function listed({ _id, body, seen, status, created }: MessageDocument): ListedMessage {
  return { id: _id.toHexString(), message: JSON.parse(body), seen, status, when: created };
}
