import { Type } from "@sinclair/typebox";
import { findAsScript } from "../../../cloudcode/calls/find.ts";
import { CallError } from "../../../kernel/scripts/errors.ts";
import { StoreError } from "../../../store/errors.ts";
import type { CollectionRow, FoundDocuments } from "../../console/types.ts";
import { limit } from "../arguments.ts";
import { defineServerOperation, OperationRefused } from "../operation.ts";

const MAX_COLLECTIONS = 1_000;
const MAX_SKIP = 1_000_000;
/** None of them holds passwords, tokens, devices or links (`cloudcode/calls/namespaces.ts`). */
const SYSTEM = ["player", "challengeInstance"];

const collection = Type.String({
  description: "A collection, as collections list shows it.",
  pattern: "^((script|meta)\\.[^\\u0000-\\u001f]{1,150}|player|challengeInstance)$",
  wanted: "script.NAME, meta.NAME, player or challengeInstance",
});
const json = (description: string) =>
  Type.String({ description, maxLength: 65_536, wanted: "JSON of at most 65536 characters" });

export const collectionOperations = [
  defineServerOperation({
    name: "collections list",
    summary: "Lists the collections that scripts can read. At most 1000.",
    work: "read",
    role: "read",
    arguments: Type.Object({}),
    async run({ store }): Promise<CollectionRow[]> {
      const names = (await store.collectionNames?.()) ?? [];
      const own = names.filter((name) => /^(script|meta)\../.test(name)).sort();
      const shown = [...SYSTEM.filter((name) => names.includes(name)), ...own].slice(0, MAX_COLLECTIONS);
      return Promise.all(
        shown.map(async (name) => {
          const kind = name.startsWith("script.") ? "runtime" : name.startsWith("meta.") ? "metadata" : "system";
          return { name, kind, indexes: (await store.collection(name).indexes()).length } as const;
        }),
      );
    },
  }),
  defineServerOperation({
    name: "collections indexes",
    summary: "Lists the indexes of a collection.",
    work: "read",
    role: "read",
    arguments: Type.Object({ collection }),
    positional: "collection",
    run: ({ store }, { collection }) => refusing(async () => store.collection(collection).indexes()),
  }),
  defineServerOperation({
    name: "collections find",
    summary: "Finds documents as a script would, with the limits of scripts.",
    work: "read",
    role: "support",
    arguments: Type.Object({
      collection,
      filter: Type.Optional(json('The query as JSON, such as {"score": {"$gt": 10}}. By default, everything.')),
      sort: Type.Optional(json('The order as JSON, such as {"score": -1}.')),
      fields: Type.Optional(json('The members to return as JSON, such as {"score": 1}.')),
      skip: Type.Optional(
        Type.Integer({
          description: "Number of documents to leave out.",
          minimum: 0,
          maximum: MAX_SKIP,
          wanted: `a whole number from 0 to ${MAX_SKIP}`,
        }),
      ),
      limit: Type.Optional(limit),
    }),
    positional: "collection",
    async run(
      { store, server, by },
      { collection, filter, sort, fields, skip = 0, limit = 50 },
    ): Promise<FoundDocuments> {
      const [namespace, name] = SYSTEM.includes(collection) ? ["system", collection] : split(collection);
      const query = { query: parsed(filter, "filter"), sort: parsed(sort, "sort"), fields: parsed(fields, "fields") };
      const scope = { store, config: server.config, presence: server.presence };
      const bounds = { skip, limit: limit + 1 };
      return refusing(async () => {
        const found = await findAsScript(scope, { namespace, name, ...query, ...bounds }, `console ${by.admin ?? ""}`);
        const documents = found.documents.slice(0, limit) as FoundDocuments["documents"];
        return { documents, hasMore: found.documents.length > limit || (found.more > 0 && documents.length > 0) };
      });
    },
  }),
];

/** What a script would be refused, an operator is refused with the same sentence. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isRefusal = error instanceof CallError || (error instanceof StoreError && error.code === "BAD_OPERATION");
    throw isRefusal ? new OperationRefused(error.message, { cause: error }) : error;
  }
}

/** `script.NAME` → the namespace and the name, which may contain dots. */
function split(collection: string): [namespace: string, name: string] {
  const dot = collection.indexOf(".");
  return [collection.slice(0, dot), collection.slice(dot + 1)];
}

function parsed(text: string | undefined, argument: string): unknown {
  try {
    const value: unknown = JSON.parse(text === undefined || text.trim() === "" ? "{}" : text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {}
  throw new OperationRefused(`${argument} must be a JSON object, such as {"score": 1}.`);
}
