import { isObject, text, whole } from "../../kernel/scripts/arguments.ts";
import { type Call, type CallScope, read, writeExactly } from "../../kernel/scripts/call.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import type { Cursor, Document } from "../../store/store.ts";
import { DataError } from "./errors.ts";
import { deleteItem, findItem, findItems, type Item, type ItemType, type ItemWrite, persistItem } from "./items.ts";
import { dataTypes } from "./types.ts";

const FIRST_BATCH = 100;
const LONGEST_NAME = 1_024;
/** The latest possible time of a `Date`. */
const LAST = 8.64e15;

/** The Game Data Service. The first argument of each call is the type. */
export const dataCalls: Record<string, Call> = {
  /** id → the item (see `itemForScript`) or null */
  "data.get": read((scope, [type, id]) =>
    refusing(async () => {
      const found = await findItem(typeOf(scope, type), text(id, "id", LONGEST_NAME));
      return found ? itemForScript(found) : null;
    }),
  ),

  /** condition or null, order → the first items; `cursor.next` returns more */
  "data.query": read((scope, [type, condition, order]) =>
    refusing(() => {
      const found = findItems(typeOf(scope, type), condition ?? null, order);
      return scope.cursors.first(forScript(found), FIRST_BATCH, false);
    }),
  ),

  /** id, the write (see `ItemWrite`) → the new version or null */
  "data.persist": {
    ...writeExactly((scope, [type, id, item]) =>
      refusing(() => persistItem(typeOf(scope, type), writeOf(text(id, "id", LONGEST_NAME), item))),
    ),
    prepare: (scope, [type]) =>
      refusing(() => {
        const { store, declared, ...items } = typeOf(scope, type);
        return dataTypes(store).prepare(items.type, declared);
      }),
  },

  "data.delete": writeExactly((scope, [type, id]) =>
    refusing(() => deleteItem(typeOf(scope, type), text(id, "id", LONGEST_NAME))),
  ),
};

async function refusing<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DataError) throw new CallError(error.message);
    throw error;
  }
}

function typeOf({ stageStore, store, game, clock, config }: CallScope, type: unknown): ItemType {
  const name = text(type, "type", LONGEST_NAME);
  const maxTimeMs = config.queryTimeoutMs;
  const declared = game.dataTypes.get(name);
  return { store: stageStore, writable: store, type: name, declared, now: clock.now(), maxTimeMs };
}

/** The data as JSON text: the script parses it on demand and sends it back unchanged as `before`. */
function itemForScript({ id, data, version, expires }: Item): Document {
  return { id, version, expires, data: JSON.stringify(data) };
}

function forScript(cursor: Cursor<Item>): Cursor<Document> {
  async function* all() {
    for await (const item of cursor) yield itemForScript(item);
  }
  return {
    next: async () => {
      const item = await cursor.next();
      return item && itemForScript(item);
    },
    toArray: () => Array.fromAsync(all()),
    close: () => cursor.close(),
    [Symbol.asyncIterator]: all,
  };
}

function writeOf(id: string, value: unknown): ItemWrite {
  if (!isObject(value)) throw new CallError("The item must be an object.");
  const { before, after, expires, how, version, checkVersion, condition } = value;
  if (!isObject(after)) throw new CallError("An item's data must be an object.");
  if (how !== "changes" && how !== "increments" && how !== "overwrite")
    throw new CallError('how must be "changes", "increments" or "overwrite".');
  return {
    id,
    before: isObject(before) ? before : undefined,
    after,
    expires: expires === undefined || expires === null ? expires : Math.min(LAST, whole(expires, "ttl")),
    how,
    version: typeof version === "string" ? version : undefined,
    checkVersion: checkVersion === true,
    condition: condition ?? null,
  };
}
