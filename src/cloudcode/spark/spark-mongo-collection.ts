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
 * A collection that a script may read. Queries are MongoDB's; `{$oid: "…"}` is an ObjectId, in queries and in what is
 * found. Dates are found as milliseconds, unless `SparkScriptOptions.setMaintainDbDates` keeps them. Nothing found: null.
 * `$where` at the top of a query is carried out by the script, on what the rest of the query finds.
 */
export class SparkMongoCollectionReadOnly {
  /** JSON of the namespace and the name, each after a comma. */
  readonly #where: string;

  constructor(namespace: Namespace, name: string) {
    this.#where = `,"${namespace}",${stringify(name)}`;
  }

  /** How many documents a query finds; all of them without one. */
  count(query?: object | null): number {
    return askHost(
      "collection.count",
      `${this.#where},${whereQuery(this.#where, `${READ}.count`, "query", query)},0,0`,
    ) as number;
  }

  /** The different values of a member, of the documents that a query finds. Of a key that is no name: none. */
  distinct(key: string, query?: object | null): unknown {
    const method = `${READ}.distinct`;
    const path = nameOrNull(method, "key", typeof key === "object" ? null : key);
    if (path === null) return [];
    const args = `,${stringify(path)},${whereQuery(this.#where, method, "query", query)}`;
    return this.#decoded("collection.distinct", args);
  }

  /** A cursor over what a query finds, with the wanted members only: `{name: 1}`. */
  find(query?: object | null, fields?: object | null): SparkMongoCursor {
    liveRun();
    const method = `${READ}.find`;
    return new SparkMongoCursor(
      this.#where,
      whereQuery(this.#where, method, "query", query),
      queryArgument(method, "fields", fields),
    );
  }

  /** The first document that a query finds; null where there is none. */
  findOne(query?: object | null, fields?: object | null, orderBy?: object | null): unknown {
    const method = `${READ}.findOne`;
    const args = `,${whereQuery(this.#where, method, "query", query)},${queryArgument(method, "fields", fields)}`;
    return this.#decoded("collection.findOne", `${args},${queryArgument(method, "orderBy", orderBy)}`);
  }

  /** What a pipeline of stages makes of the collection, as an array. Stages as arguments or in arrays. */
  aggregate(firstOp: object, ...additionalOps: object[]): unknown {
    let stages = documentArgument(`${READ}.aggregate`, "firstOp", firstOp);
    if (!isArray(firstOp)) stages = `[${stages}]`;
    for (let index = 0; index < additionalOps.length; index++) {
      const more = documentArgument(`${READ}.aggregate`, "additionalOps", additionalOps[index]);
      stages += isArray(additionalOps[index]) ? `,${more}` : `,[${more}]`;
    }
    return this.#decoded("collection.aggregate", `,[${stages}]`);
  }

  /** Makes an index, unless it is there. Options: unique, sparse, expireAfterSeconds, name. */
  ensureIndex(keys: object, optionsIN?: object | null): void {
    const method = `${READ}.ensureIndex`;
    const options = typeof optionsIN === "object" ? queryArgument(method, "optionsIN", optionsIN) : "null";
    callHost("collection.ensureIndex", `${this.#where},${queryArgument(method, "keys", keys)},${options}`);
  }

  /** Removes the index of these keys. */
  dropIndex(keys: object): void {
    callHost("collection.dropIndex", `${this.#where},${queryArgument(`${READ}.dropIndex`, "keys", keys)}`);
  }

  /** Removes the index of a name. */
  dropIndexByName(name: string): void {
    const index = nameOrNull(`${READ}.dropIndexByName`, "name", name);
    if (index !== null) callHost("collection.dropIndexByName", `${this.#where},${stringify(index)}`);
  }

  /** The indexes: `[{name, key, ns, …}]`, `ns` the collection's full name. */
  getIndexInfo(): unknown {
    return askHost("collection.indexes", this.#where);
  }

  /** What became of the last operation: none that failed goes on unseen, so there is never an error to tell of. */
  getLastError(): unknown {
    liveRun();
    return { ok: 1, err: null, serverUsed: "rekindle" };
  }

  /** A document with the version that `saveVersionedDocument` asks for; null where there is none of that id. */
  getVersionedDocument(id: unknown): unknown {
    const json = idArgument("getVersionedDocument", id);
    return json === null ? null : this.#decoded("collection.getVersioned", `,${json}`);
  }

  #decoded(call: string, args: string): unknown {
    return decode(callHost(call, `${this.#where}${args},${liveRun().maintainDates}`));
  }

  /** For the class below: scripts do not see it. */
  static where(collection: SparkMongoCollectionReadOnly): string {
    return collection.#where;
  }
}

const { where } = SparkMongoCollectionReadOnly;
delete (SparkMongoCollectionReadOnly as { where?: unknown }).where;

/**
 * A collection that a script may write. What is written is kept at once, whatever becomes of the script; answers are
 * true where something was written.
 */
export class SparkMongoCollectionReadWrite extends SparkMongoCollectionReadOnly {
  /** Adds documents: one, several, or an array of them. Each is given an `_id` where it has none. Null alone: false. */
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

  /** Adds a document, or replaces the one of the same `_id`. */
  save(document: object): boolean {
    const text = documentArgument("SparkMongoCollection.save", "document", document);
    putId(document, askHost("collection.save", `${where(this)},${text}`));
    return true;
  }

  /**
   * Changes the first document that a query finds, or all of them with `multi`. An update without operators is the new
   * document itself. With `upsert` a document is made where none is found.
   */
  update(query: object, update: object, upsert?: boolean, multi?: boolean): boolean {
    return this.#update("SparkMongoCollection.update", query, update, upsert === true, multi === true);
  }

  /** Changes every document that a query finds. */
  updateMulti(query: object, update: object): boolean {
    return this.#update("SparkMongoCollection.updateMulti", query, update, false, true);
  }

  /** Changes the first document that a query finds. */
  updateOne(query: object, update: object, upsert?: boolean): boolean {
    return this.#update("SparkMongoCollection.updateOne", query, update, upsert === true, false);
  }

  /** Removes every document that a query finds. The query must be given: `{}` means all. */
  remove(query: object): boolean {
    const text = givenQuery(where(this), "SparkMongoCollection.remove", query);
    return askHost("collection.remove", `${where(this)},${text}`) === true;
  }

  /** Removes the collection with its indexes. */
  drop(): void {
    callHost("collection.drop", where(this));
  }

  /**
   * Changes the first document that a query finds and answers it as it was before, or with `returnNew` as it is after;
   * null where none is found. Called with (query, update), (query, sort, update) or all seven.
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

  /** Removes the first document that a query finds and answers it; null where none is found. `{}` means any. */
  findAndRemove(query: object): unknown {
    mustBeGiven("SparkMongoCollection.findAndRemove", query);
    return this.findAndModify(query, null, null, true, null, false, false);
  }

  /** Writes what differs between two versions of a document, of the `_id` of the first; without a first one it is added. */
  applyChanges(existingDocument: object | null, newDocument: object): boolean {
    const method = "SparkMongoCollection.applyChanges";
    if (existingDocument === null || existingDocument === undefined) return this.insert(newDocument);
    const before = documentArgument(method, "existingDocument", existingDocument);
    const after = documentArgument(method, "newDocument", newDocument);
    return askHost("collection.applyChanges", `${where(this)},${before},${after}`) === true;
  }

  /** Saves a document that came from `getVersionedDocument`; false where another was saved meanwhile. */
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

/** Of what changes or removes documents: a query that is left out by mistake would mean every one. */
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

/** The `_id` that a document was given, put into the script's own object. */
function putId(document: unknown, id: unknown): void {
  if (typeof document !== "object" || document === null || id === null) return;
  (document as Record<string, unknown>)["_id"] = parse(stringify(id));
}
