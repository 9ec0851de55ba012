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

/** An item in the collection of its type. */
export interface ItemDocument {
  _id: string;
  /** As `toStored` makes it. */
  data: Members;
  /** Another one with each write, so that no two states of an item share one, whatever was deleted in between. */
  version: ObjectId;
  /** It is gone from then on, and some time after it is deleted. */
  expires?: Date;
}

/** An item as it was read. */
export interface Item {
  id: string;
  data: Members;
  version: string;
  /** Milliseconds since 1970; null: it stays. */
  expires: number | null;
}

/** Where items are: their type, and what the configuration declares of it. */
export interface ItemType {
  store: Store;
  /** Where items are written and deleted; the store unless told. */
  writable?: Writable;
  type: string;
  declared: DataType | undefined;
  /** Milliseconds since 1970. */
  now: number;
  /** How long MongoDB may look for items by a condition. */
  maxTimeMs?: number;
}

export interface ItemWrite {
  id: string;
  /** The data that the changes follow from; undefined: the item was made and not read. */
  before: Members | undefined;
  after: Members;
  /** Undefined: as stored; null: it stays. */
  expires: number | null | undefined;
  /** What becomes of members that did not change, and of numbers that did. */
  how: "changes" | "increments" | "overwrite";
  /** Of the item as it was read; undefined where that is not known, or it was not read. */
  version: string | undefined;
  checkVersion: boolean;
  /** Null: none. */
  condition: unknown;
}

/** The item of an id; undefined where there is none, as for what no item can have for its id. */
export async function findItem(items: ItemType, id: string): Promise<Item | undefined> {
  const { store, type, now } = items;
  const documents = collection(store, type);
  const found = isId(id) ? await documents.findOne({ _id: id }) : null;
  return alive(found, now) ? itemOf(found) : undefined;
}

/**
 * The items of a type for which a condition holds; all of them where it is null. What it compares and sorts by is indexed
 * from then on, as far as `DATA_LIMITS` goes; beyond that it looks at every item.
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
 * Writes an item, all or nothing and against what is stored at that moment; answers its new version, or null where the
 * writer does not know all that the item holds now. One write where the item is replaced whatever it was, else one
 * transaction of a read or two and a write.
 * @throws DataError where a check fails, the item is gone, or the data is too large; then nothing is written
 */
export async function persistItem(items: ItemType, write: ItemWrite): Promise<string | null> {
  const { store, writable = store, type, declared } = items;
  if (!isId(write.id)) {
    throw new DataError(`An item's id must be well-formed text of 1 to ${DATA_LIMITS.idChars} characters.`);
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

/** Whether there was one. */
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
    throw new DataError("The version check failed: the item was changed, made or deleted since it was read.");
  }
  if (
    write.condition !== null &&
    !(stored && (await documents.countDocuments({ $and: [{ _id: write.id }, filter] })))
  ) {
    throw new DataError("The condition check failed: the condition does not hold for the stored item.");
  }
  if (!replaces && !stored && write.before) throw new DataError("The item is gone: it was deleted since it was read.");

  const { before = {}, after } = write;
  if (stored && write.before && write.how !== "overwrite" && write.expires === undefined) {
    // Nobody's version check is to fail by a write that changes nothing.
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
    throw new DataError(`The item has ${bytes} bytes as JSON, and may have ${DATA_LIMITS.itemBytes}.`);
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

/** Leaves out items whose time is over and that are not deleted yet. */
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
