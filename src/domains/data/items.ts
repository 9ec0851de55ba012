import { isDeepStrictEqual } from "node:util";
import { ObjectId } from "../../bson.ts";
import type { DataType } from "../../game/game.ts";
import type { CollectionOptions, Cursor, Documents, Store, Writable } from "../../store/store.ts";
import { itemOrder, itemQuery } from "./condition.ts";
import { DataError } from "./errors.ts";
import { DATA_LIMITS } from "./limits.ts";
import { fromStored, type Members, toStored } from "./members.ts";
import { merged } from "./merge.ts";
import { collectionName, dataTypes } from "./types.ts";

export interface ItemDocument {
  _id: string;
  /** Encoded by `toStored`. */
  data: Members;
  /** New for each write, and never reused after a delete. */
  version: ObjectId;
  /** Expired items count as absent and are deleted later. */
  expires?: Date;
}

export interface Item {
  id: string;
  data: Members;
  version: string;
  /** Milliseconds since 1970; null: never. */
  expires: number | null;
}

export interface ItemType {
  store: Store;
  /** Used for writes and deletes; `store` by default. */
  writable?: Writable;
  type: string;
  declared: DataType | undefined;
  /** Milliseconds since 1970. */
  now: number;
  /** Time limit of queries, on MongoDB. */
  maxTimeMs?: number;
}

export interface ItemWrite {
  id: string;
  /** The data before the changes; undefined if the script created the item without reading it. */
  before: Members | undefined;
  after: Members;
  /** Undefined: as stored; null: never. */
  expires: number | null | undefined;
  /** Whether to write the changes, to add changed numbers to the stored ones, or to replace the item. */
  how: "changes" | "increments" | "overwrite";
  /** Version of the item as read, if known. */
  version: string | undefined;
  checkVersion: boolean;
  /** Null: none. */
  condition: unknown;
}

/** Returns undefined if the item does not exist, or the id cannot be an id. One read. */
export async function findItem(items: ItemType, id: string): Promise<Item | undefined> {
  const { store, type, now } = items;
  const documents = collection(store, type);
  const found = isId(id) ? await documents.findOne({ _id: id }) : null;
  return alive(found, now) ? itemOf(found) : undefined;
}

/**
 * Finds the items that match a condition, or all if it is null. The fields that it compares and sorts by are then
 * indexed in the background, within `DATA_LIMITS`; without an index, every item is read.
 * @param order `[[field, ascending], …]`
 */
export function findItems(
  { store, type, declared, now, maxTimeMs }: ItemType,
  condition: unknown,
  order: unknown,
): Cursor<Item> {
  const { filter, paths } = itemQuery(condition, declared);
  const sort = itemOrder(order, declared);
  const bounds = maxTimeMs === undefined ? undefined : { maxTimeMs };
  const cursor = collection(store, type, bounds).find(filter, { ...(Object.keys(sort).length > 0 && { sort }) });
  dataTypes(store).index(type, [...paths, ...Object.keys(sort)], declared);
  return itemsOf(cursor, now);
}

/**
 * Writes an item and returns its new version, or null if the stored item now contains changes that the script has not
 * seen. Cost: one write if the item is replaced unconditionally, otherwise a transaction with one or two reads and a
 * write.
 * @throws DataError, without writing, if a check fails, the item was deleted, or the data is too large
 */
export async function persistItem(items: ItemType, write: ItemWrite): Promise<string | null> {
  const { store, writable = store, type, declared } = items;
  if (!isId(write.id)) {
    throw new DataError(`An item's id must be a well-formed string of 1 to ${DATA_LIMITS.idChars} characters.`);
  }
  const { filter } = itemQuery(write.condition, declared);
  await dataTypes(store).prepare(type, declared);
  const replaces = write.how === "overwrite" || (write.how === "changes" && write.before === undefined);
  if (replaces && !write.checkVersion && write.condition === null) {
    const document = documentOf(write, write.after, write.expires ?? null);
    await collection(writable, type).replaceOne({ _id: write.id }, { ...document }, { upsert: true });
    return document.version.toHexString();
  }
  return writable.transaction((tx) => persistInside(tx, items, write, filter, replaces));
}

export async function deleteItem({ store, writable = store, type }: ItemType, id: string): Promise<boolean> {
  const documents = collection(writable, type);
  return isId(id) && (await documents.deleteOne({ _id: id })).deletedCount > 0;
}

async function persistInside(
  tx: Documents,
  { type, now }: ItemType,
  write: ItemWrite,
  filter: Record<string, unknown>,
  replaces: boolean,
): Promise<string | null> {
  const documents = collection(tx, type);
  const found = await documents.findOne({ _id: write.id });
  const stored = alive(found, now) ? found : undefined;
  const version = stored?.version.toHexString();
  if (write.checkVersion && version !== write.version) {
    throw new DataError("The version check failed: the item was changed, created or deleted after it was read.");
  }
  if (
    write.condition !== null &&
    !(stored && (await documents.countDocuments({ $and: [{ _id: write.id }, filter] })))
  ) {
    throw new DataError("The condition check failed: the stored item does not match the condition.");
  }
  if (!replaces && !stored && write.before) throw new DataError("The item was deleted or expired after it was read.");

  const { before = {}, after } = write;
  if (stored && write.before && write.how !== "overwrite" && write.expires === undefined) {
    // Without changes, keep the version, so that nobody's version check fails.
    if (isDeepStrictEqual(before, after)) return version === write.version ? stored.version.toHexString() : null;
  }
  const was = stored ? fromStored(stored.data) : {};
  const data = replaces ? after : merged(was, before, after, write.how === "increments");
  const keeps = write.expires === undefined && !replaces;
  const document = documentOf(write, data, keeps ? (stored?.expires?.getTime() ?? null) : (write.expires ?? null));
  await documents.replaceOne({ _id: write.id }, { ...document }, { upsert: true });
  return replaces || version === write.version ? document.version.toHexString() : null;
}

function documentOf(write: ItemWrite, data: Members, expires: number | null): ItemDocument {
  const bytes = Buffer.byteLength(JSON.stringify(data));
  if (bytes > DATA_LIMITS.itemBytes) {
    throw new DataError(`The item has ${bytes} bytes of JSON; the limit is ${DATA_LIMITS.itemBytes}.`);
  }
  return {
    _id: write.id,
    data: toStored(data),
    version: new ObjectId(),
    ...(expires !== null && { expires: new Date(expires) }),
  };
}

function collection(documents: Documents, type: string, options?: CollectionOptions) {
  return documents.collection<ItemDocument & Record<string, unknown>>(collectionName(type), options);
}

function isId(id: string): boolean {
  return id !== "" && id.length <= DATA_LIMITS.idChars && id.isWellFormed();
}

function alive(document: ItemDocument | null, now: number): document is ItemDocument {
  return document !== null && (document.expires === undefined || document.expires.getTime() > now);
}

function itemOf({ _id, data, version, expires }: ItemDocument): Item {
  return { id: _id, data: fromStored(data), version: version.toHexString(), expires: expires?.getTime() ?? null };
}

function itemsOf(cursor: Cursor<ItemDocument>, now: number): Cursor<Item> {
  const next = async () => {
    for (let found = await cursor.next(); found !== null; found = await cursor.next()) {
      if (alive(found, now)) return itemOf(found);
    }
    return null;
  };
  async function* all() {
    try {
      for (let item = await next(); item !== null; item = await next()) yield item;
    } finally {
      await cursor.close();
    }
  }
  return {
    next,
    close: () => cursor.close(),
    toArray: () => Array.fromAsync(all()),
    [Symbol.asyncIterator]: all,
  };
}
