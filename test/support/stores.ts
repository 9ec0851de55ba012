import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedStore } from "../../src/store/embedded/store.ts";
import type { Store } from "../../src/store/store.ts";

export interface OpenStore {
  store: Store;
  /** Closes the store and removes what it kept. */
  discard(): Promise<void>;
}

/** The engines that tests of domain rules run on: a fresh store each time. */
export const engines: { name: string; open(): Promise<OpenStore> }[] = [
  {
    name: "the embedded store",
    async open() {
      const folder = await mkdtemp(join(tmpdir(), "rekindle-store-"));
      const store = await openEmbeddedStore({ path: join(folder, "test.db") });
      return {
        store,
        async discard() {
          await store.close();
          await rm(folder, { recursive: true, force: true });
        },
      };
    },
  },
];
