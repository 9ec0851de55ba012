import { isObject, text, whole } from "../../kernel/scripts/arguments.ts";
import { type Call, type CallScope, read, writeEarly } from "../../kernel/scripts/call.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import type { Cursor, Document } from "../../store/store.ts";
import { DataError } from "./errors.ts";
import { deleteItem, findItem, findItems, type Item, type ItemType, type ItemWrite, persistItem } from "./items.ts";
import { dataTypes } from "./types.ts";

/** Items of the first piece that a query answers with. */
const FIRST_PIECE = 100;
const LONGEST_NAME = 1_024;
/** The last moment that a date can be. */
const LAST = 8.64e15;

/** Items of the Game Data Service. The first argument of each call is the type. */
export const dataCalls: Record<string, Call> = {
  /** id; answers the item as `itemForScript` makes it, or null */
  "data.get": read((scope, [type, id]) =>
    told(async () => {
      const found = await findItem(typeOf(scope, type), text(id, "id", LONGEST_NAME));
      return found ? itemForScript(found) : null;
    }),
  ),

  /** condition or null, order; answers a piece of items, more of which `cursor.next` answers */
  "data.query": read((scope, [type, condition, order]) =>
    told(() => {
      const found = findItems(typeOf(scope, type), condition ?? null, order);
      return scope.cursors.first(forScript(found), FIRST_PIECE, false);
    }),
  ),

  /** id, what is written as `ItemWrite` has it; answers the new version, or null */
  "data.persist": {
    ...writeEarly((scope, [type, id, item]) =>
      told(() => persistItem(typeOf(scope, type), writeOf(text(id, "id", LONGEST_NAME), item))),
    ),
    prepare: (scope, [type]) =>
      told(() => {
        const { store, declared, ...items } = typeOf(scope, type);
        return dataTypes(store).prepare(items.type, declared);
      }),
  },

  /** id */
  "data.delete": writeEarly((scope, [type, id]) =>
    told(() => deleteItem(typeOf(scope, type), text(id, "id", LONGEST_NAME))),
  ),
};

/** What the domain refuses is told to the script. */
async function told<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DataError) throw new CallError(error.message);
    throw error;
  }
}

function typeOf({ store, early, game, clock, config }: CallScope, type: unknown): ItemType {
  const name = text(type, "type", LONGEST_NAME);
  const maxTimeMs = config.queryTimeoutMs;
  return { store, writable: early, type: name, declared: game.dataTypes.get(name), now: clock.now(), maxTimeMs };
}

/** The data as JSON text: a script parses it where it wants it, and hands it back as what its changes follow from. */
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
  if (!isObject(value)) throw new CallError("There is no item to write.");
  const { before, after, expires, how, version, checkVersion, condition } = value;
  if (!isObject(after)) throw new CallError("An item's data must be an object.");
  if (how !== "changes" && how !== "increments" && how !== "overwrite") throw new CallError("There is no such way.");
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
