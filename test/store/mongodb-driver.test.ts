import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedStore } from "../../src/store/embedded/store.ts";
import { openMongodbStore } from "../../src/store/mongodb/client.ts";
import { startStandIn } from "../support/mongod/server.ts";
import { storeContract } from "./contract.ts";

/** The MongoDB engine and the real driver, on a stand-in for the server. */
storeContract("MongoDB engine, stand-in for the server", async (options) => {
  const folder = await mkdtemp(join(tmpdir(), "rekindle-mongod-"));
  const documents = await openEmbeddedStore({ path: join(folder, "test.db"), transactionTimeoutMs: 60_000 });
  const standIn = await startStandIn(documents);
  const store = await openMongodbStore({ url: standIn.url, database: "test", ...options });
  const dispose = async () => {
    await store.close();
    await standIn.close();
    await documents.close();
    await rm(folder, { recursive: true });
  };
  return { store, dispose };
});
