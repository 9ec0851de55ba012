import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type EmbeddedStore, openEmbeddedStore } from "../../src/store/embedded/store.ts";
import { documentToText, valueToText } from "../../src/store/embedded/text.ts";
import { StoreError } from "../../src/store/errors.ts";
import type { Document, Documents, Store } from "../../src/store/store.ts";

const MOST_ATTEMPTS = 50;

/** A document that the transaction changed was changed meanwhile. */
class Conflict extends Error {}

/**
 * A store whose transactions run side by side with snapshot isolation, which is all that MongoDB promises: each works on
 * a copy of the whole file as it was at its start, and is run again where a document that it changed was changed
 * meanwhile. What it only read may have changed. For tests of what domains promise: it shows which outcomes are possible
 * on MongoDB, and nothing of how MongoDB gets there.
 */
export async function openSnapshotStore(): Promise<{ store: Store; discard(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "rekindle-snapshots-"));
  const path = join(folder, "main.db");
  const main = await openEmbeddedStore({ path });
  let attempts = 0;

  async function attempt<R>(work: (tx: Documents) => Promise<R>): Promise<R> {
    const [before, after] = await snapshots(path, join(folder, String(++attempts)));
    try {
      const result = await after.transaction(work);
      await main.transaction((tx) => apply(tx, before, after));
      return result;
    } finally {
      await Promise.all([before.close(), after.close()]);
    }
  }

  const store: Store = {
    collection: (name) => main.collection(name),
    async transaction(work) {
      for (let tries = 0; tries < MOST_ATTEMPTS; tries++) {
        try {
          return await attempt(work);
        } catch (error) {
          if (!(error instanceof Conflict)) throw error;
        }
      }
      throw new StoreError("TRANSACTION_FAILED", "The transaction met conflicts again and again.");
    },
    ping: () => main.ping(),
    close: () => main.close(),
  };
  return {
    store,
    async discard() {
      await main.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Two copies of the file as it is now: one to keep, one to work on. */
async function snapshots(path: string, name: string): Promise<[EmbeddedStore, EmbeddedStore]> {
  const copies = [`${name}-before.db`, `${name}-after.db`] as const;
  const reader = new DatabaseSync(path, { readOnly: true });
  reader.prepare("VACUUM INTO ?").run(copies[0]);
  reader.close();
  await copyFile(copies[0], copies[1]);
  return [await openEmbeddedStore({ path: copies[0] }), await openEmbeddedStore({ path: copies[1] })];
}

/** Does in `tx` what a transaction did to its copy. A unique key that was taken meanwhile is a conflict too. */
async function apply(tx: Documents, before: EmbeddedStore, after: EmbeddedStore): Promise<void> {
  for (const name of after.reading().catalog.keys()) {
    const things = tx.collection(name);
    const [old, own] = [await contents(before, name), await contents(after, name)];
    for (const key of new Set([...old.keys(), ...own.keys()])) {
      const [was, is] = [old.get(key), own.get(key)];
      if (text(was) === text(is)) continue;
      const { _id } = (was ?? is)!;
      if (text((await things.findOne({ _id })) ?? undefined) !== text(was)) throw new Conflict();
      if (is === undefined) await things.deleteOne({ _id });
      else await things.replaceOne({ _id }, is, { upsert: true }).catch(conflict);
    }
  }
}

function conflict(error: unknown): never {
  if (error instanceof StoreError && error.code === "DUPLICATE_KEY") throw new Conflict();
  throw error;
}

async function contents(store: EmbeddedStore, name: string): Promise<Map<string, Document>> {
  const found = await store.collection(name).find({}).toArray();
  return new Map(found.map((document) => [valueToText(document._id), document]));
}

function text(document: Document | undefined): string {
  return document === undefined ? "" : documentToText(document);
}
