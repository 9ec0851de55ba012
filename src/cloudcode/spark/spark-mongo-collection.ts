import { documentArgument, kindOf, nameOrNull, queryArgument } from "../realm/arguments.ts";
import { addProperties } from "../realm/classes.ts";
import { decode } from "../realm/dates.ts";
import { askHost, callHost } from "../realm/host.ts";
import { isArray, OriginalTypeError, parse, stringify } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";
import { SparkMongoCursor } from "./spark-mongo-cursor.ts";
import { whereQuery } from "./where.ts";

export type Namespace = "script" | "meta" | "system";

const READ = "SparkMongoCollection";

/**
 * A collection that scripts can read. Queries are MongoDB's. `{$oid: "…"}` is an ObjectId, in queries and results.
 * Dates in results are milliseconds unless `SparkScriptOptions.setMaintainDbDates` is set. `$where` at the top level of
 * a query is evaluated by the script on the results of the rest of the query.
 */
export class SparkMongoCollectionReadOnly {
  /** JSON of namespace and name, each preceded by a comma. */
  readonly #where: string;

  constructor(namespace: Namespace, name: string) {
    this.#where = `,"${namespace}",${stringify(name)}`;
  }

  /** The number of documents that match a query, or of all documents. */
  count(query?: object | null): number {
    return askHost(
      "collection.count",
      `${this.#where},${whereQuery(this.#where, `${READ}.count`, "query", query)},0,0`,
    ) as number;
  }

  /** The distinct values of a member in the documents that match a query. Empty if the key is not a name. */
  distinct(key: string, query?: object | null): unknown {
    const method = `${READ}.distinct`;
    const path = nameOrNull(method, "key", typeof key === "object" ? null : key);
    if (path === null) return [];
    const args = `,${stringify(path)},${whereQuery(this.#where, method, "query", query)}`;
    return this.#decoded("collection.distinct", args);
  }

  /** A cursor over the documents that match a query, optionally with selected members only: `{name: 1}`. */
  find(query?: object | null, fields?: object | null): SparkMongoCursor {
    liveRun();
    const method = `${READ}.find`;
    return new SparkMongoCursor(
      this.#where,
      whereQuery(this.#where, method, "query", query),
      queryArgument(method, "fields", fields),
    );
  }

  /** The first document that matches a query, or null. */
  findOne(query?: object | null, fields?: object | null, orderBy?: object | null): unknown {
    const method = `${READ}.findOne`;
    const args = `,${whereQuery(this.#where, method, "query", query)},${queryArgument(method, "fields", fields)}`;
    return this.#decoded("collection.findOne", `${args},${queryArgument(method, "orderBy", orderBy)}`);
  }

  /** The results of an aggregation pipeline, as an array. Stages are given separately or in arrays. */
  aggregate(firstOp: object, ...additionalOps: object[]): unknown {
    let stages = documentArgument(`${READ}.aggregate`, "firstOp", firstOp);
    if (!isArray(firstOp)) stages = `[${stages}]`;
    for (let index = 0; index < additionalOps.length; index++) {
      const more = documentArgument(`${READ}.aggregate`, "additionalOps", additionalOps[index]);
      stages += isArray(additionalOps[index]) ? `,${more}` : `,[${more}]`;
    }
    return this.#decoded("collection.aggregate", `,[${stages}]`);
  }

  /** Creates an index if it does not exist. Options: unique, sparse, expireAfterSeconds, name. */
  ensureIndex(keys: object, optionsIN?: object | null): void {
    const method = `${READ}.ensureIndex`;
    const options = typeof optionsIN === "object" ? queryArgument(method, "optionsIN", optionsIN) : "null";
    callHost("collection.ensureIndex", `${this.#where},${queryArgument(method, "keys", keys)},${options}`);
  }

  /** Removes the index with these keys. */
  dropIndex(keys: object): void {
    callHost("collection.dropIndex", `${this.#where},${queryArgument(`${READ}.dropIndex`, "keys", keys)}`);
  }

  /** Removes the index with a name. */
  dropIndexByName(name: string): void {
    const index = nameOrNull(`${READ}.dropIndexByName`, "name", name);
    if (index !== null) callHost("collection.dropIndexByName", `${this.#where},${stringify(index)}`);
  }

  /** The indexes: `[{name, key, ns, …}]`, where `ns` is the collection's full name. */
  getIndexInfo(): unknown {
    return askHost("collection.indexes", this.#where);
  }

  /** Always reports success, since operations that fail throw. */
  getLastError(): unknown {
    liveRun();
    return { ok: 1, err: null, serverUsed: "rekindle" };
  }

  /** A document with its version, for `saveVersionedDocument`, or null. */
  getVersionedDocument(id: unknown): unknown {
    const json = idArgument("getVersionedDocument", id);
    return json === null ? null : this.#decoded("collection.getVersioned", `,${json}`);
  }

  #decoded(call: string, args: string): unknown {
    return decode(callHost(call, `${this.#where}${args},${liveRun().maintainDates}`));
  }

  /** Removed from the class below, so that scripts cannot see it. */
  static where(collection: SparkMongoCollectionReadOnly): string {
    return collection.#where;
  }
}

const { where } = SparkMongoCollectionReadOnly;
delete (SparkMongoCollectionReadOnly as { where?: unknown }).where;

/** A collection that scripts can write. Writes persist even if the script fails. */
export class SparkMongoCollectionReadWrite extends SparkMongoCollectionReadOnly {
  /** Inserts one or several documents, or an array of them, and sets missing `_id`s. Null alone: returns false. */
  insert(...documents: object[]): boolean {
    if (documents.length === 1 && documents[0] === null) {
      liveRun();
      return false;
    }
    const list = documents.length === 1 && isArray(documents[0]) ? (documents[0] as unknown[]) : documents;
    const text = documentArgument("SparkMongoCollection.insert", "documents", list);
    const ids = askHost("collection.insert", `${where(this)},${text}`) as unknown[];
    for (let index = 0; index < ids.length; index++) putId(list[index], ids[index]);
    return true;
  }

  /** Inserts a document, or replaces the one with the same `_id`. */
  save(document: object): boolean {
    const text = documentArgument("SparkMongoCollection.save", "document", document);
    putId(document, askHost("collection.save", `${where(this)},${text}`));
    return true;
  }

  /**
   * Updates the first document that matches a query, or with `multi` all of them. An update without operators replaces
   * the document. With `upsert` a document is inserted if none matches.
   */
  update(query: object, update: object, upsert?: boolean, multi?: boolean): boolean {
    return this.#update("SparkMongoCollection.update", query, update, upsert === true, multi === true);
  }

  /** Updates all documents that match a query. */
  updateMulti(query: object, update: object): boolean {
    return this.#update("SparkMongoCollection.updateMulti", query, update, false, true);
  }

  /** Updates the first document that matches a query. */
  updateOne(query: object, update: object, upsert?: boolean): boolean {
    return this.#update("SparkMongoCollection.updateOne", query, update, upsert === true, false);
  }

  /** Removes all documents that match a query. The query is required; `{}` matches all. */
  remove(query: object): boolean {
    const text = givenQuery(where(this), "SparkMongoCollection.remove", query);
    return askHost("collection.remove", `${where(this)},${text}`) === true;
  }

  /** Removes the collection and its indexes. */
  drop(): void {
    callHost("collection.drop", where(this));
  }

  /**
   * Updates the first document that matches a query and returns it as it was before, or with `returnNew` as it is
   * after; null if none matches. Called with (query, update), (query, sort, update) or all seven.
   */
  findAndModify(query: object | null, update: object): unknown;
  findAndModify(query: object | null, sort: object | null, update: object): unknown;
  findAndModify(
    query: object | null,
    fields: object | null,
    sort: object | null,
    remove: boolean,
    update: object | null,
    returnNew: boolean,
    upsert: boolean,
  ): unknown;
  findAndModify(query: object | null, ...others: unknown[]): unknown {
    const method = "SparkMongoCollection.findAndModify";
    const count = others.length;
    const isWhole = count > 2;
    const fields = isWhole ? others[0] : null;
    const sort = isWhole ? others[1] : count === 2 ? others[0] : null;
    const remove = isWhole && others[2] === true;
    const update = isWhole ? others[3] : others[count - 1];
    const returnNew = isWhole && others[4] === true;
    const upsert = isWhole && others[5] === true;
    const change = remove ? "null" : documentArgument(method, "update", update);
    const args =
      `,${whereQuery(where(this), method, "query", query)},${queryArgument(method, "fields", fields)}` +
      `,${queryArgument(method, "sort", sort)},${remove},${change},${returnNew},${upsert}`;
    return decode(callHost("collection.findAndModify", `${where(this)}${args},${liveRun().maintainDates}`));
  }

  /** Removes and returns the first document that matches a query, or null. `{}` matches any. */
  findAndRemove(query: object): unknown {
    mustBeGiven("SparkMongoCollection.findAndRemove", query);
    return this.findAndModify(query, null, null, true, null, false, false);
  }

  /** Writes the differences between two versions of a document. Without a first one it is inserted. */
  applyChanges(existingDocument: object | null, newDocument: object): boolean {
    const method = "SparkMongoCollection.applyChanges";
    if (existingDocument === null || existingDocument === undefined) return this.insert(newDocument);
    const before = documentArgument(method, "existingDocument", existingDocument);
    const after = documentArgument(method, "newDocument", newDocument);
    return askHost("collection.applyChanges", `${where(this)},${before},${after}`) === true;
  }

  /** Saves a document from `getVersionedDocument`; false if another version was saved in the meantime. */
  saveVersionedDocument(document: object): boolean {
    const text = documentArgument("SparkMongoCollection.saveVersionedDocument", "document", document);
    const saved = askHost("collection.saveVersioned", `${where(this)},${text}`) as {
      id: unknown;
      version: number;
    } | null;
    if (saved === null) return false;
    putId(document, saved.id);
    (document as Record<string, unknown>)["_version"] = saved.version;
    return true;
  }

  #update(method: string, query: unknown, update: unknown, upsert: boolean, multi: boolean): boolean {
    const found = givenQuery(where(this), method, query);
    const args = `,${found},${documentArgument(method, "update", update)},${upsert},${multi}`;
    return askHost("collection.update", `${where(this)}${args}`) === true;
  }
}

addProperties(SparkMongoCollectionReadOnly);

/** Writes require a query, as omitting it by mistake would affect every document. */
function mustBeGiven(method: string, query: unknown): void {
  if (query === null || query === undefined) {
    throw new OriginalTypeError(`${method}: query must be an object, not ${kindOf(query)}.`);
  }
}

function givenQuery(collection: string, method: string, query: unknown): string {
  mustBeGiven(method, query);
  return whereQuery(collection, method, "query", query);
}

function idArgument(method: string, id: unknown): string | null {
  if (typeof id === "object" && id !== null) return documentArgument(`SparkMongoCollection.${method}`, "id", id);
  const name = nameOrNull(`SparkMongoCollection.${method}`, "id", id);
  return name === null ? null : stringify(name);
}

/** Sets the `_id` in the script's own object. */
function putId(document: unknown, id: unknown): void {
  if (typeof document !== "object" || document === null || id === null) return;
  (document as Record<string, unknown>)["_id"] = parse(stringify(id));
}
