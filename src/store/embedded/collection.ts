import { type Caller, currentCaller } from "../caller.ts";
import { checkName } from "../check.ts";
import { StoreError } from "../errors.ts";
import type {
  BulkOperation,
  BulkResult,
  Collection,
  Cursor,
  Document,
  Filter,
  FindAndModifyOptions,
  FindOptions,
  IndexDescription,
  IndexOptions,
  IndexOrder,
  Projection,
  Sort,
  Update,
  UpdateOptions,
  UpdateResult,
} from "../store.ts";
import { runPipeline } from "./aggregate.ts";
import { bulkSteps } from "./bulk.ts";
import { dropCollection, ensureCollection } from "./catalog.ts";
import { type Change, replacing, updating } from "./change.ts";
import { changeAndGet, changeMany, changeOne, deleteMany, deleteOne, insertAll } from "./changes.ts";
import { compileQuery, shaped } from "./compiled-query.ts";
import type { Connection } from "./connection.ts";
import { countSteps, distinctSteps } from "./count.ts";
import { StepsCursor } from "./cursor.ts";
import { createIndex, describeIndex, dropIndex, listIndexes } from "./indexes.ts";
import { findOne, select } from "./query.ts";
import type { Next, Source } from "./scan.ts";
import type { Session } from "./session.ts";
import { atOnce, type Steps, type Turns } from "./turns.ts";
import type { Members } from "./values.ts";
import { Work } from "./work.ts";

export class EmbeddedCollection<T extends Document> implements Collection<T> {
  readonly name: string;
  readonly #session: Session;

  constructor(name: string, session: Session) {
    checkName(name);
    this.name = name;
    this.#session = session;
  }

  #reader(): Source {
    return new OperationSource(this.name, this.#session, false);
  }

  #writer(): Source {
    return new OperationSource(this.name, this.#session, true);
  }

  async findOne(filter: Filter, options: Omit<FindOptions, "limit"> = {}): Promise<T | null> {
    const source = this.#reader();
    return this.#session.read(() => findOne(source, compileQuery(filter, options)) as Steps<T | null>);
  }

  find(filter: Filter, options: FindOptions = {}): Cursor<T> {
    const source = this.#reader();
    return new StepsCursor<T>(this.#session, (emit) => this.#found(source, filter, options, emit));
  }

  *#found(source: Source, filter: Filter, options: FindOptions, emit: (document: T) => Next): Steps<void> {
    const query = compileQuery(filter, options);
    yield* select(source, query, (stored) => emit(shaped(query, stored) as T));
  }

  async countDocuments(filter: Filter, options: { skip?: number; limit?: number } = {}): Promise<number> {
    const source = this.#reader();
    return this.#session.read(() => countSteps(source, compileQuery(filter, options)));
  }

  async distinct(key: string, filter: Filter): Promise<unknown[]> {
    const source = this.#reader();
    return this.#session.read(() => distinctSteps(source, key, compileQuery(filter)));
  }

  aggregate<R extends Document = Document>(pipeline: Document[]): Cursor<R> {
    const source = new OperationSource(this.name, this.#session, false);
    const other = (name: string): Source => source.on(name);
    return new StepsCursor<R>(this.#session, (emit) => runPipeline<R>(source, other, pipeline, emit));
  }

  async insertOne(document: Document): Promise<{ insertedId: unknown }> {
    const { insertedIds } = await this.insertMany([document]);
    return { insertedId: insertedIds[0] };
  }

  async insertMany(documents: Document[]): Promise<{ insertedCount: number; insertedIds: Record<number, unknown> }> {
    const ids = await this.#session.write(() => {
      if (!Array.isArray(documents) || documents.length === 0) throw bad("insertMany needs at least one document.");
      return insertAll(this.#writer(), documents);
    });
    return { insertedCount: ids.length, insertedIds: { ...ids } };
  }

  async updateOne(filter: Filter, update: Update, options: UpdateOptions = {}): Promise<UpdateResult> {
    return this.#change(changeOne, filter, () => this.#updating(filter, update, options), options.upsert);
  }

  async updateMany(filter: Filter, update: Update, options: UpdateOptions = {}): Promise<UpdateResult> {
    return this.#change(changeMany, filter, () => this.#updating(filter, update, options), options.upsert);
  }

  async replaceOne(filter: Filter, replacement: Document, options: { upsert?: boolean } = {}): Promise<UpdateResult> {
    return this.#change(changeOne, filter, () => replacing(replacement), options.upsert);
  }

  #change(steps: typeof changeOne, filter: Filter, change: () => Change, upsert = false): Promise<UpdateResult> {
    return this.#session.write(() => steps(this.#writer(), compileQuery(filter), change(), upsert));
  }

  async findOneAndUpdate(filter: Filter, update: Update, options: FindAndModifyOptions = {}): Promise<T | null> {
    return this.#changeAndGet(filter, () => this.#updating(filter, update, options), options);
  }

  async findOneAndReplace(filter: Filter, replacement: Document, options: FindAndModifyOptions = {}) {
    return this.#changeAndGet(filter, () => replacing(replacement), options);
  }

  async #changeAndGet(filter: Filter, change: () => Change, options: FindAndModifyOptions): Promise<T | null> {
    const { upsert = false, returnDocument = "before", sort, projection } = options;
    return this.#session.write(() => {
      if (returnDocument === "after") refusePosition(projection);
      const query = compileQuery(filter, shape(sort, projection));
      return changeAndGet(this.#writer(), query, change(), upsert, returnDocument) as Steps<T | null>;
    });
  }

  async findOneAndDelete(filter: Filter, options: { projection?: Projection; sort?: Sort } = {}): Promise<T | null> {
    const { sort, projection } = options;
    return this.#session.write(() => {
      return deleteOne(this.#writer(), compileQuery(filter, shape(sort, projection))) as Steps<T | null>;
    });
  }

  async deleteOne(filter: Filter): Promise<{ deletedCount: number }> {
    const document = await this.#session.write(() => deleteOne(this.#writer(), compileQuery(filter)));
    return { deletedCount: document === null ? 0 : 1 };
  }

  async deleteMany(filter: Filter): Promise<{ deletedCount: number }> {
    return { deletedCount: await this.#session.write(() => deleteMany(this.#writer(), compileQuery(filter))) };
  }

  async bulkWrite(operations: BulkOperation[]): Promise<BulkResult> {
    return this.#session.write(() => bulkSteps(this.#writer(), operations, this.#session.clock));
  }

  async create(): Promise<void> {
    return this.#session.define(() =>
      atOnce(() => {
        ensureCollection(this.#writer().connection(), this.name);
      }),
    );
  }

  async createIndex(key: Record<string, IndexOrder>, options: IndexOptions = {}): Promise<string> {
    return this.#session.define(() => createIndex(this.#writer(), describeIndex(key, options)));
  }

  async dropIndex(name: string): Promise<void> {
    return this.#session.define(() => atOnce(() => dropIndex(this.#writer(), name)));
  }

  async indexes(): Promise<IndexDescription[]> {
    return this.#session.read(() => atOnce(() => listIndexes(this.#reader())));
  }

  async drop(): Promise<boolean> {
    return this.#session.define(() => atOnce(() => dropCollection(this.#writer().connection(), this.name)));
  }

  #updating(filter: Filter, update: Update, { arrayFilters }: UpdateOptions): Change {
    const { clock } = this.#session;
    return updating(update, { clock, filter: filter as Members, arrayFilters });
  }
}

class OperationSource implements Source {
  readonly collection: string;
  readonly turns: Turns;
  readonly #session: Session;
  readonly #isWriting: boolean;
  readonly #caller = currentCaller();
  #work: Work | undefined;

  constructor(collection: string, session: Session, isWriting: boolean) {
    this.collection = collection;
    this.turns = session.turns;
    this.#session = session;
    this.#isWriting = isWriting;
  }

  get work(): Work {
    this.#work ??= new Work(this.#session.evaluators, this.#caller, this.#session.isUrgent);
    return this.#work;
  }

  connection(): Connection {
    return this.#isWriting ? this.#session.writing() : this.#session.reading();
  }

  on(collection: string): Source {
    const { turns, work } = this;
    return { collection, turns, work, caller: this.#caller, connection: () => this.connection() };
  }

  get caller(): Caller | undefined {
    return this.#caller;
  }
}

function shape(sort: Sort | undefined, projection: Projection | undefined): FindOptions {
  return { ...(sort === undefined ? {} : { sort }), ...(projection === undefined ? {} : { projection }) };
}

/** As in MongoDB: the element that the filter matched may no longer exist after the change. */
function refusePosition(projection: Projection | undefined): void {
  const path = Object.keys(projection ?? {}).find((key) => key.endsWith(".$"));
  if (path !== undefined) throw bad(`The projection of "${path}" is only possible for the document before the change.`);
}

function bad(message: string): StoreError {
  return new StoreError("BAD_OPERATION", message);
}
