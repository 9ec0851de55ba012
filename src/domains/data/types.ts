import type { DataType } from "../../game/game.ts";
import { StoreError } from "../../store/errors.ts";
import { guard } from "../../store/guard.ts";
import type { Collection, Documents, Store } from "../../store/store.ts";
import { DataError } from "./errors.ts";
import { DATA_LIMITS } from "./limits.ts";
import { storedName } from "./members.ts";

/** A type that has had items. `_id` is its name. */
export interface DataTypeDocument {
  _id: string;
}

/** Each type has its own collection, so that indexes are not shared with other types. */
export function collectionName(type: string): string {
  if (type === "") throw new DataError("A type must have a name.");
  if (!type.isWellFormed()) throw new DataError("A type's name must be a well-formed string.");
  const name = encodeURIComponent(type).replaceAll(".", "%2E");
  if (name.length > DATA_LIMITS.typeChars) {
    throw new DataError(
      `A type's name is limited to ${DATA_LIMITS.typeChars} characters; all but letters, digits, "-" and "_" count more.`,
    );
  }
  return `data.${name}`;
}

/** The path of a field in the stored item, from the configuration. An undeclared field's name is its path. */
export function storedPath(field: string, declared: DataType | undefined): string {
  if (field.length > DATA_LIMITS.fieldChars) {
    throw new DataError(`A field's name is longer than ${DATA_LIMITS.fieldChars} characters.`);
  }
  const parts = (declared?.fields.get(field)?.path ?? field).split(".");
  if (parts.includes("")) throw new DataError(`"${field}" is not a valid field: it is empty or has an empty part.`);
  return ["data", ...parts.map(storedName)].join(".");
}

/** Registers types and creates their indexes. Caches what exists in one stage's store. */
class DataTypes {
  readonly #store: Store;
  readonly #ready = new Map<string, Promise<void>>();
  /** Type → paths whose index was requested. */
  readonly #indexed = new Map<string, Set<string>>();
  #indexing: Promise<void> = Promise.resolve();

  constructor(store: Store) {
    this.#store = store;
  }

  get #registry(): Collection<DataTypeDocument & Record<string, unknown>> {
    return registryIn(this.#store);
  }

  /**
   * Call before writing items: registers the type and creates its expiry index. Uses the store once per type.
   * @throws DataError if the stage has the maximum number of types
   */
  prepare(type: string, declared: DataType | undefined): Promise<void> {
    let ready = this.#ready.get(type);
    if (!ready) {
      ready = this.#prepare(type);
      this.#ready.set(type, ready);
      ready.then(
        () => this.index(type, [], declared),
        () => this.#ready.delete(type),
      );
    }
    return ready;
  }

  async #prepare(type: string): Promise<void> {
    const name = collectionName(type);
    if (!(await this.#registry.findOne({ _id: type }))) await this.#store.transaction((tx) => register(tx, type));
    await this.#store.collection(name).createIndex({ expires: 1 }, { expireAfterSeconds: 0 });
  }

  /** Indexes these paths and the declared fields in the background. Paths beyond the limit are not indexed. */
  index(type: string, paths: readonly string[], declared: DataType | undefined): void {
    let known = this.#indexed.get(type);
    if (!known) {
      if (this.#indexed.size >= DATA_LIMITS.types) return;
      known = new Set();
      this.#indexed.set(type, known);
    }
    const fields = [...(declared?.fields.keys() ?? [])].map((field) => storedPath(field, declared));
    const most = fields.length + DATA_LIMITS.queriedIndexes;
    for (const path of new Set([...fields, ...paths])) {
      if (known.has(path) || known.size >= most) continue;
      known.add(path);
      this.#indexing = this.#indexing.then(() => this.#index(type, path, fields));
    }
  }

  async #index(type: string, path: string, declared: readonly string[]): Promise<void> {
    try {
      if (!(await this.#registry.findOne({ _id: type }))) {
        this.#indexed.delete(type);
        return;
      }
      const items = this.#store.collection(collectionName(type));
      const others = (await items.indexes()).filter(({ name }) => name !== "_id_" && name !== "expires_1");
      const room = DATA_LIMITS.queriedIndexes + declared.length;
      if (declared.includes(path) || others.length < room) await items.createIndex({ [path]: 1 });
    } catch (error) {
      // A later query requests the index again.
      if (error instanceof StoreError && error.retryable) this.#indexed.delete(type);
    }
  }

  indexed(): Promise<void> {
    return this.#indexing;
  }
}

const registryIn = (documents: Documents) =>
  documents.collection<DataTypeDocument & Record<string, unknown>>("dataType");

async function register(tx: Documents, type: string): Promise<void> {
  await guard(tx, "dataType");
  const registry = registryIn(tx);
  if ((await registry.countDocuments({ _id: { $ne: type } })) >= DATA_LIMITS.types) {
    throw new DataError(`There are already ${DATA_LIMITS.types} types of items.`);
  }
  await registry.replaceOne({ _id: type }, {}, { upsert: true });
}

export type { DataTypes };

const ofStores = new WeakMap<Store, DataTypes>();

export function dataTypes(store: Store): DataTypes {
  let types = ofStores.get(store);
  if (!types) {
    types = new DataTypes(store);
    ofStores.set(store, types);
  }
  return types;
}
