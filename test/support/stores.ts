import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { openEmbeddedStore } from "../../src/store/embedded/store.ts";
import { openMongodbStore } from "../../src/store/mongodb/client.ts";
import type { Store } from "../../src/store/store.ts";
import { startStandIn } from "./mongod/server.ts";
import { PATIENT_MS } from "./patience.ts";

export interface OpenStore {
  store: Store;
  /** Closes the store and removes what it kept. */
  discard(): Promise<void>;
}

export interface Engine {
  name: string;
  /** A fresh store. */
  open(): Promise<OpenStore>;
}

async function openEmbedded() {
  const folder = await mkdtemp(join(tmpdir(), "rekindle-store-"));
  const store = await openEmbeddedStore({ path: join(folder, "test.db"), evaluators: { timeoutMs: PATIENT_MS } });
  return {
    store,
    async discard() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const embedded: Engine = { name: "the embedded store", open: openEmbedded };

/** The engine and the real driver; the server behind them is a stand-in, which runs transactions one at a time. */
const mongodbOnStandIn: Engine = {
  name: "the MongoDB engine, on a stand-in for the server",
  async open() {
    const kept = await openEmbedded();
    const standIn = await startStandIn(kept.store);
    const store = await openMongodbStore({ url: standIn.url, database: "test" });
    return {
      store,
      async discard() {
        await store.close();
        await standIn.close();
        await kept.discard();
      },
    };
  },
};

const url = process.env.REKINDLE_TEST_MONGODB_URL ?? "";

const mongodb: Engine = {
  name: "MongoDB",
  async open() {
    const database = `rekindle-test-${randomBytes(6).toString("hex")}`;
    const store = await openMongodbStore({ url, database });
    return {
      store,
      async discard() {
        await store.close();
        const client = new MongoClient(url);
        await client.db(database).dropDatabase();
        await client.close();
      },
    };
  },
};

/** The engines that tests of domain rules run on; a real MongoDB where REKINDLE_TEST_MONGODB_URL names one. */
export const engines: Engine[] = [embedded, mongodbOnStandIn, ...(url === "" ? [] : [mongodb])];
