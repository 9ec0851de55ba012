import { isObject, list, object, text, whole } from "../../kernel/scripts/arguments.ts";
import { type Call, type CallScope, read, write, writeExactly } from "../../kernel/scripts/call.ts";
import type { Piece } from "../../kernel/scripts/cursors.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import { fromScript, queryFromScript, toScript } from "../../kernel/scripts/values.ts";
import type {
  Collection,
  Cursor,
  Document,
  FindOptions,
  IndexOptions,
  IndexOrder,
  Projection,
  Sort,
  Update,
} from "../../store/store.ts";
import { difference } from "./difference.ts";
import { jsonOfAll } from "./large.ts";
import { collectionToRead, collectionToWrite, fullName, type Named } from "./namespaces.ts";
import { countFound } from "./near.ts";
import { pipelineOf } from "./pipeline.ts";
import { playerDocuments, playerFilter, playerProjection, playerSort } from "./players-view.ts";

const MAX_RESULTS = 10_000;
const MAX_PIECE = 1_000;

/** Calls on raw collections. Their last argument, if they return documents, says whether dates stay dates. */
export const collectionCalls: Record<string, Call> = {
  "collection.find": read(async (scope, [namespace, name, query, fields, sort, skip, limit, count, keepDates]) => {
    const named = collectionToRead(scope, namespace, name);
    const cursor = named.collection.find(await filterOf(scope, named, query), {
      ...shapeOf(named, fields, sort),
      skip: whole(skip, "skip"),
      ...(whole(limit, "limit") > 0 && { limit: whole(limit, "limit") }),
    });
    return scope.cursors.first(viewed(scope, named, cursor), pieceOf(count), keepDates === true);
  }),

  "cursor.next": read(
    async ({ cursors }, [number, count, keepDates]): Promise<Piece> =>
      cursors.next(whole(number, "cursor"), pieceOf(count), keepDates === true),
  ),

  "collection.findOne": read(async (scope, [namespace, name, query, fields, sort, keepDates]) => {
    const named = collectionToRead(scope, namespace, name);
    const found = await named.collection.findOne(await filterOf(scope, named, query), shapeOf(named, fields, sort));
    return found && toScript((await view(scope, named, [found]))[0], keepDates === true);
  }),

  "collection.count": read(async (scope, [namespace, name, query, skip, limit]) => {
    const named = collectionToRead(scope, namespace, name);
    const bounds = { skip: whole(skip, "skip"), limit: whole(limit, "limit") };
    return countFound(named.collection, await filterOf(scope, named, query), bounds);
  }),

  "collection.distinct": read(async (scope, [namespace, name, key, query, keepDates]) => {
    const named = collectionToRead(scope, namespace, name);
    const path = text(key, "key");
    const wanted = isPlayers(named) ? Object.keys(playerSort({ [path]: 1 }))[0]! : path;
    const filter = await filterOf(scope, named, query);
    return jsonOfAll(await named.collection.distinct(wanted, filter), keepDates === true);
  }),

  /** array of stages, which may be nested in arrays */
  "collection.aggregate": read(async (scope, [namespace, name, stages, keepDates]) => {
    const named = collectionToRead(scope, namespace, name);
    const pipeline = pipelineOf(named.namespace, list(fromScript(list(stages, "stages")), "stages"));
    const cursor = named.collection.aggregate([...pipeline, { $limit: MAX_RESULTS + 1 }]);
    const results = await cursor.toArray();
    if (results.length > MAX_RESULTS) {
      throw new CallError(`An aggregation may return at most ${MAX_RESULTS} documents: add a $limit.`);
    }
    return jsonOfAll(results, keepDates === true);
  }),

  /** returns the indexes with `ns`, the collection's full name */
  "collection.indexes": read(async (scope, [namespace, name]) => {
    const { collection, name: short } = collectionToRead(scope, namespace, name);
    const ns = fullName(namespace, short);
    return (await collection.indexes()).map((index) => ({ ...index, ns }));
  }),

  "collection.getVersioned": read(async (scope, [namespace, name, id, keepDates]) => {
    const { collection } = collectionToRead(scope, namespace, name);
    const found = await collection.findOne({ _id: fromScript(id) });
    return found && toScript({ ...found, _version: found["_version"] ?? 0 }, keepDates === true);
  }),

  "collection.ensureIndex": write(async (scope, [namespace, name, keys, options]) => {
    const collection = collectionWithIndexes(scope, namespace, name);
    await collection.createIndex(indexKeys(keys), indexOptions(object(options, "optionsIN")));
  }),

  "collection.dropIndex": write(async (scope, [namespace, name, keys]) => {
    const collection = collectionWithIndexes(scope, namespace, name);
    const wanted = JSON.stringify(indexKeys(keys));
    const index = (await collection.indexes()).find(({ key }) => JSON.stringify(key) === wanted);
    if (index) await collection.dropIndex(index.name);
  }),

  "collection.dropIndexByName": write(async (scope, [namespace, name, index]) =>
    collectionWithIndexes(scope, namespace, name).dropIndex(text(index, "name")),
  ),

  /** array of documents; returns their ids */
  "collection.insert": writeExactly(async (scope, [namespace, name, documents]) => {
    const collection = collectionToWrite(scope, namespace, name);
    const added = list(fromScript(documents), "documents").map((document) => documentOf(document, "a document"));
    if (added.length === 0) throw new CallError("insert takes at least one document.");
    await collection.insertMany(added);
    return toScript(
      added.map(({ _id }) => _id),
      false,
    );
  }),

  /** document; returns its id */
  "collection.save": writeExactly(async (scope, [namespace, name, document]) => {
    const collection = collectionToWrite(scope, namespace, name);
    const saved = documentOf(fromScript(document), "document");
    const { _id } = saved;
    if (_id === undefined || _id === null) {
      delete saved["_id"];
      return toScript((await collection.insertOne(saved)).insertedId, false);
    }
    await collection.replaceOne({ _id }, saved, { upsert: true });
    return toScript(_id, false);
  }),

  /** query, update, upsert, multi; returns whether a document was matched or inserted */
  "collection.update": writeExactly(async (scope, [namespace, name, query, update, upsert, multi]) => {
    const collection = collectionToWrite(scope, namespace, name);
    const filter = queryFromScript(query, "query");
    const change = documentOf(fromScript(update), "update");
    const options = { upsert: upsert === true };
    const isWhole = !hasOperators(change);
    if (isWhole && multi === true) throw new CallError("An update of several documents needs operators, such as $set.");
    const { matchedCount, upsertedCount } = isWhole
      ? await collection.replaceOne(filter, change, options)
      : await collection[multi === true ? "updateMany" : "updateOne"](filter, change, options);
    return matchedCount + upsertedCount > 0;
  }),

  /** query; returns whether a document was removed */
  "collection.remove": writeExactly(async (scope, [namespace, name, query]) => {
    const { deletedCount } = await collectionToWrite(scope, namespace, name).deleteMany(
      queryFromScript(query, "query"),
    );
    return deletedCount > 0;
  }),

  "collection.drop": write(async (scope, [namespace, name]) => collectionToWrite(scope, namespace, name).drop()),

  "collection.findAndModify": writeExactly(
    async (scope, [namespace, name, query, fields, sort, remove, update, returnNew, upsert, keepDates]) => {
      const collection = collectionToWrite(scope, namespace, name);
      const filter = queryFromScript(query, "query");
      const shape = shapeOf({ namespace: "script" }, fields, sort);
      if (remove === true) return toScript(await collection.findOneAndDelete(filter, shape), keepDates === true);
      const options = {
        ...shape,
        upsert: upsert === true,
        returnDocument: returnNew === true ? ("after" as const) : ("before" as const),
      };
      const change = documentOf(fromScript(update), "update");
      const found = hasOperators(change)
        ? await collection.findOneAndUpdate(filter, change as Update, options)
        : await collection.findOneAndReplace(filter, change, options);
      return toScript(found, keepDates === true);
    },
  ),

  /** the document before and after; returns whether it was found */
  "collection.applyChanges": writeExactly(async (scope, [namespace, name, before, after]) => {
    const collection = collectionToWrite(scope, namespace, name);
    const was = documentOf(fromScript(before), "existingDocument");
    const { _id } = was;
    if (_id === undefined || _id === null) throw new CallError("existingDocument has no _id.");
    const update = difference(was, { ...documentOf(fromScript(after), "newDocument"), _id });
    if (Object.keys(update).length === 0) return (await collection.countDocuments({ _id })) > 0;
    return (await collection.updateOne({ _id }, update)).matchedCount > 0;
  }),

  /** document; returns id and version, or null if another one was saved in the meantime */
  "collection.saveVersioned": {
    ...writeExactly(async (scope, [namespace, name, document]) => {
      const collection = collectionToWrite(scope, namespace, name);
      const { _id, _version, ...members } = documentOf(fromScript(document), "document");
      const seen = typeof _version === "number" ? _version : 0;
      const version = seen + 1;
      const saved = { ...members, _version: version };
      if (_id === undefined || _id === null) {
        return toScript({ id: (await collection.insertOne(saved)).insertedId, version }, false);
      }
      // A new document, or one saved without a version, has no version number.
      const filter = { _id, _version: seen === 0 ? null : seen };
      const { matchedCount, upsertedCount } = await collection.replaceOne(filter, saved, { upsert: seen === 0 });
      return matchedCount + upsertedCount > 0 ? toScript({ id: _id, version }, false) : null;
    }),
    // A document with that id was saved in the meantime.
    nullOnDuplicate: ([, , document]) => isObject(document) && (document["_id"] ?? null) !== null,
  },
};

function isPlayers({ namespace, name }: { namespace: string; name?: string }): boolean {
  return namespace === "system" && name === "player";
}

async function filterOf({ presence }: CallScope, named: Named, query: unknown): Promise<Document> {
  const filter = queryFromScript(query, "query");
  return isPlayers(named) ? playerFilter(filter, presence) : filter;
}

function shapeOf(named: { namespace: string; name?: string }, fields: unknown, sort: unknown): FindOptions {
  const isPlayer = isPlayers(named);
  const projection = projectionOf(object(fields, "fields"));
  const order = object(sort, "orderBy") as Sort;
  return {
    ...(Object.keys(projection).length > 0 && { projection: isPlayer ? playerProjection(projection) : projection }),
    ...(Object.keys(order).length > 0 && { sort: isPlayer ? playerSort(order) : order }),
  };
}

/** The requested members: 1 or 0, `$` or $elemMatch for an array element, $slice for a part of an array. */
function projectionOf(fields: Document): Projection {
  const projection: Projection = {};
  for (const [path, raw] of Object.entries(fields)) {
    const wanted = fromScript(raw);
    const operator = isObject(wanted) ? Object.keys(wanted)[0] : undefined;
    const isPlain = typeof wanted === "number" || typeof wanted === "boolean";
    if (!isPlain && operator !== "$slice" && operator !== "$elemMatch") {
      throw new CallError(`fields: "${path}" must be 1, 0, true, false, $slice or $elemMatch.`);
    }
    projection[path] = wanted as Projection[string];
  }
  return projection;
}

async function view(scope: CallScope, named: Named, documents: Document[]): Promise<Document[]> {
  return isPlayers(named) ? playerDocuments(documents, scope.presence) : documents;
}

/** A cursor that converts documents to the view of scripts. */
function viewed(scope: CallScope, named: Named, cursor: Cursor<Document>): Cursor<Document> {
  if (named.namespace !== "system") return cursor;
  return {
    toArray: async () => view(scope, named, await cursor.toArray()),
    next: async () => {
      const document = await cursor.next();
      return document && (await view(scope, named, [document]))[0]!;
    },
    close: () => cursor.close(),
    [Symbol.asyncIterator]: () => cursor[Symbol.asyncIterator](),
  };
}

function documentOf(value: unknown, name: string): Document {
  if (!isObject(value)) throw new CallError(`${name} must be an object.`);
  return value;
}

function hasOperators(update: Document): boolean {
  return Object.keys(update).some((key) => key.startsWith("$"));
}

function pieceOf(count: unknown): number {
  return Math.min(MAX_PIECE, Math.max(1, whole(count, "count")));
}

function collectionWithIndexes(scope: CallScope, namespace: unknown, name: unknown): Collection<Document> {
  if (namespace === "system") throw new CallError("Scripts cannot change indexes of system collections.");
  return collectionToRead(scope, namespace, name).collection;
}

function indexKeys(value: unknown): Record<string, IndexOrder> {
  const keys = object(value, "keys");
  const result: Record<string, IndexOrder> = {};
  for (const [path, order] of Object.entries(keys)) {
    if (order === "2dsphere" || order === "2d") {
      result[path] = order;
      continue;
    }
    if (typeof order === "string") throw new CallError(`keys: an index of type "${order}" is not supported.`);
    if (typeof order !== "number" || order === 0) {
      throw new CallError(`keys: "${path}" must be 1, -1, "2dsphere" or "2d".`);
    }
    result[path] = order > 0 ? 1 : -1;
  }
  if (Object.keys(result).length === 0) throw new CallError("keys must name at least one member.");
  return result;
}

function indexOptions({ unique, sparse, name, expireAfterSeconds }: Document): IndexOptions {
  return {
    ...(unique === true && { unique: true }),
    ...(sparse === true && { sparse: true }),
    ...(typeof name === "string" && { name }),
    ...(typeof expireAfterSeconds === "number" && { expireAfterSeconds }),
  };
}
