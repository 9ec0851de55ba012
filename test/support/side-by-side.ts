import { EJSON } from "bson";
import { isDuplicateKey } from "../../src/store/errors.ts";
import type { Document, Documents, Store } from "../../src/store/store.ts";
import type { Engine, OpenStore } from "./stores.ts";

/** Transactions that run at the same time; a further one waits. */
const AT_ONCE = 4;

/** By collection, then by `_id`: the document, and its text to compare it by. */
type Snapshot = Map<string, Map<string, { document: Document; text: string }>>;

/**
 * An engine whose transactions run side by side, as those of MongoDB do: each works on the store as it was when the
 * transaction began, and of two that wrote the same document the later to commit is run again. It shows races that an
 * engine with one transaction at a time cannot have. What a transaction only reads is no conflict.
 *
 * Each transaction copies every document of `collections`: for tests with a few of them. `prepare` makes the indexes.
 */
export function sideBySide(
  { open }: Engine,
  collections: readonly string[],
  prepare: (store: Store) => Promise<void>,
): Engine {
  return {
    name: "a store that runs transactions side by side",
    async open() {
      const main = await open();
      await prepare(main.store);
      const copies = await Promise.all(Array.from({ length: AT_ONCE }, open));
      for (const { store } of copies) await prepare(store);
      const all: OpenStore[] = [main, ...copies];
      const { store } = main;
      return {
        store: {
          collection: (name) => store.collection(name),
          transaction: onCopies(
            store,
            copies.map((copy) => copy.store),
            collections,
          ),
          ping: () => store.ping(),
          close: () => store.close(),
        },
        discard: async () => {
          for (const { discard } of all) await discard();
        },
      };
    },
  };
}

function onCopies(main: Store, free: Store[], collections: readonly string[]): Store["transaction"] {
  const waiting: ((copy: Store) => void)[] = [];
  const take = () => free.pop() ?? new Promise<Store>((resolve) => waiting.push(resolve));
  const giveBack = (copy: Store) => {
    const next = waiting.shift();
    if (next) next(copy);
    else free.push(copy);
  };
  return async (work) => {
    for (;;) {
      const copy = await take();
      try {
        const before = await main.transaction((tx) => snapshotOf(tx, collections));
        await copy.transaction((tx) => fill(tx, before));
        const result = await copy.transaction(work);
        if (await commit(main, before, await snapshotOf(copy, collections))) return result;
      } finally {
        giveBack(copy);
      }
    }
  };
}

async function snapshotOf(documents: Documents, collections: readonly string[]): Promise<Snapshot> {
  const snapshot: Snapshot = new Map();
  for (const name of collections) {
    const found = await documents.collection(name).find({}).toArray();
    snapshot.set(
      name,
      new Map(found.map((document) => [keyOf(document), { document, text: EJSON.stringify(document) }])),
    );
  }
  return snapshot;
}

async function fill(copy: Documents, snapshot: Snapshot): Promise<void> {
  for (const [name, documents] of snapshot) {
    await copy.collection(name).deleteMany({});
    if (documents.size > 0)
      await copy.collection(name).insertMany([...documents.values()].map((d) => ({ ...d.document })));
  }
}

/** False, and nothing is written, where somebody else has committed a change of a document that this one wrote. */
async function commit(main: Store, before: Snapshot, after: Snapshot): Promise<boolean> {
  const written = [...after].flatMap(([name, documents]) => {
    const was = before.get(name)!;
    const keys = new Set([...was.keys(), ...documents.keys()]);
    return [...keys]
      .map((key) => ({ name, was: was.get(key), is: documents.get(key) }))
      .filter(({ was, is }) => was?.text !== is?.text);
  });
  if (written.length === 0) return true;
  try {
    return await main.transaction(async (tx) => {
      for (const { name, was, is } of written) {
        const now = await tx.collection(name).findOne({ _id: (was ?? is)!.document["_id"] });
        if ((now === null ? undefined : EJSON.stringify(now)) !== was?.text) return false;
      }
      for (const { name, was, is } of written) {
        if (was) await tx.collection(name).deleteOne({ _id: was.document["_id"] });
        if (is) await tx.collection(name).insertOne({ ...is.document });
      }
      return true;
    });
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

const keyOf = (document: Document) => EJSON.stringify(document["_id"]);
