import { StoreError } from "../../../src/store/errors.ts";
import type { Collection, Document, Documents, Filter, IndexOptions, Update } from "../../../src/store/store.ts";

/** A command carried out on documents, as mongod would answer it; what it refuses is thrown as a `CommandError`. */
export type Command = (documents: Documents, command: Document) => Promise<Document>;

export class CommandError extends Error {
  readonly reply: Document;

  constructor(reply: Document) {
    super(String(reply.errmsg));
    this.reply = { ok: 0, ...reply };
  }
}

const CODES: Record<string, number> = {
  BAD_OPERATION: 2,
  DOCUMENT_TOO_LARGE: 10334,
  INDEX_CONFLICT: 85,
  DUPLICATE_KEY: 11000,
};

/** The error as a server words it: a duplicate key is recognised by its code and its text. */
export function errorOf(error: unknown, collection: string): Document {
  if (!(error instanceof StoreError)) throw error;
  const code = CODES[error.code] ?? 8000;
  if (code !== 11000) return { code, errmsg: error.message };
  const { index, key } = error.details as { index: string; key: Document };
  const text = Object.keys(key).map((name) => `${name}: …`);
  return {
    code,
    errmsg: `E11000 duplicate key error collection: test.${collection} index: ${index} dup key: { ${text.join(", ")} }`,
    keyPattern: Object.fromEntries(Object.keys(key).map((name) => [name, 1])),
    keyValue: key,
  };
}

export const COMMANDS: Record<string, Command> = {
  insert: (documents, { insert, documents: contents }) =>
    each(documents.collection(String(insert)), contents as Document[], async (things, document) => {
      await things.insertOne(document);
      return 1;
    }),
  update,
  delete: (documents, command) =>
    each(documents.collection(String(command.delete)), command.deletes as Document[], async (things, { q, limit }) => {
      const { deletedCount } = limit === 1 ? await things.deleteOne(q as Filter) : await things.deleteMany(q as Filter);
      return deletedCount;
    }),
  findAndModify,
  find: async (documents, command) => {
    const { filter = {}, sort, projection, skip, limit } = command;
    const options = defined({ sort, projection, skip, limit });
    return {
      found: await documents
        .collection(String(command.find))
        .find(filter as Filter, options)
        .toArray(),
    };
  },
  aggregate: async (documents, command) => {
    const things = documents.collection(String(command.aggregate));
    const pipeline = command.pipeline as Document[];
    const counted = countOf(pipeline);
    if (counted === undefined) return { found: await things.aggregate(pipeline).toArray() };
    const n = await things.countDocuments(counted.filter, counted.options);
    return { found: n === 0 ? [] : [{ _id: 1, n }] };
  },
  distinct: async (documents, { distinct, key, query = {} }) => ({
    values: await documents.collection(String(distinct)).distinct(String(key), query as Filter),
  }),
  createIndexes: async (documents, { createIndexes, indexes }) => {
    const things = documents.collection(String(createIndexes));
    for (const { key, ...options } of indexes as Document[]) {
      await things.createIndex(key as Record<string, 1 | -1>, defined(options) as IndexOptions);
    }
    return {};
  },
  listIndexes: async (documents, { listIndexes }) => {
    const indexes = await documents.collection(String(listIndexes)).indexes();
    if (indexes.length === 0) throw new CommandError({ code: 26, errmsg: "ns does not exist" });
    return { found: indexes.map((index) => ({ v: 2, ...index })) };
  },
  dropIndexes: async (documents, { dropIndexes, index }) => {
    await documents.collection(String(dropIndexes)).dropIndex(String(index));
    return {};
  },
  drop: async (documents, { drop }) => {
    await documents.collection(String(drop)).drop();
    return {};
  },
  ping: async () => ({}),
  endSessions: async () => ({}),
  killCursors: async () => ({}),
  dropDatabase: async () => ({}),
};

const COUNT = JSON.stringify({ $group: { _id: 1, n: { $sum: 1 } } });

/**
 * What the driver's `countDocuments` asked, where the pipeline is one of its own. As a count it is carried out at once; the
 * embedded store would start a process for the pipeline.
 */
function countOf(pipeline: Document[]): { filter: Filter; options: { skip?: number; limit?: number } } | undefined {
  const stages = pipeline.slice(0, -1);
  const names = stages.flatMap(Object.keys).join();
  if (!/^\$match(,\$skip)?(,\$limit)?$/.test(names) || JSON.stringify(pipeline.at(-1)) !== COUNT) return undefined;
  const { $match: filter, $skip: skip, $limit: limit } = Object.assign({}, ...stages) as Document;
  return { filter: filter as Filter, options: defined({ skip, limit }) };
}

/** Does something with each of a write command's parts, up to the first that is refused. */
async function each(
  things: Collection,
  parts: Document[],
  work: (things: Collection, part: Document) => Promise<number>,
): Promise<Document> {
  let n = 0;
  for (const [index, part] of parts.entries()) {
    try {
      n += await work(things, part);
    } catch (error) {
      return { n, writeErrors: [{ index, ...errorOf(error, things.name) }] };
    }
  }
  return { n };
}

async function update(documents: Documents, command: Document): Promise<Document> {
  const things = documents.collection(String(command.update));
  const upserted: Document[] = [];
  let nModified = 0;
  let position = 0;
  const reply = await each(things, command.updates as Document[], async (_things, part) => {
    const { q, u, multi, upsert, arrayFilters } = part as { q: Filter; u: Update } & Document;
    const options = defined({ upsert, arrayFilters });
    const operators = Object.keys(u).some((key) => key.startsWith("$"));
    const change = multi === true ? things.updateMany : things.updateOne;
    const result = await (operators ? change.call(things, q, u, options) : things.replaceOne(q, u, options));
    if (result.upsertedCount > 0) upserted.push({ index: position, _id: result.upsertedId });
    position++;
    nModified += result.modifiedCount;
    return result.matchedCount + result.upsertedCount;
  });
  return { ...reply, nModified, ...(upserted.length > 0 ? { upserted } : {}) };
}

async function findAndModify(documents: Documents, command: Document): Promise<Document> {
  const { query = {}, update: change, remove, new: after, upsert, sort, fields, arrayFilters } = command;
  const things = documents.collection(String(command.findAndModify));
  const filter = query as Filter;
  const options = defined({
    sort,
    projection: fields,
    upsert,
    arrayFilters,
    returnDocument: after ? "after" : "before",
  });
  if (remove === true) return { value: await things.findOneAndDelete(filter, options) };
  const operators = Object.keys(change as Update).some((key) => key.startsWith("$"));
  const value = operators
    ? await things.findOneAndUpdate(filter, change as Update, options)
    : await things.findOneAndReplace(filter, change as Document, options);
  return { value };
}

function defined<T extends object>(options: T): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
