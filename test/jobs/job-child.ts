import { openEmbeddedStore } from "../../src/store/embedded/store.ts";
import type { Store } from "../../src/store/store.ts";
import { dyingBefore } from "../support/dying-store.ts";
import { fanOut, STEPS } from "./fan-out.ts";
import { FakeClock, startRunner } from "./support.ts";

/**
 * A process that works on the jobs of a store, and is killed by SIGKILL before its n-th operation on it. Exits with 0
 * where there were fewer.
 */
const [where, killAt] = process.argv.slice(2) as [string, string];
const store = where.startsWith("mongodb:") ? await openMongodb(where) : await openEmbeddedStore({ path: where });

/** The driver is loaded where it is used: most children do without. */
async function openMongodb(url: string): Promise<Store> {
  const { openMongodbStore } = await import("../../src/store/mongodb/client.ts");
  return openMongodbStore({ url, database: "test" });
}

const { store: dying, reach } = dyingBefore(store, Number(killAt));
const { work } = startRunner(dying, new FakeClock(), fanOut(dying));
await work();
reach();
await store.close();
process.exit(STEPS > 0 ? 0 : 1);
