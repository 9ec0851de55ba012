import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedStore } from "../../src/store/embedded/store.ts";
import { storeContract } from "./contract.ts";

storeContract("embedded", async (options) => {
  const folder = await mkdtemp(join(tmpdir(), "rekindle-store-"));
  const store = await openEmbeddedStore({ path: join(folder, "test.db"), ...options });
  const dispose = async () => {
    await store.close();
    await rm(folder, { recursive: true });
  };
  return { store, dispose };
});
