import { openEmbeddedStore } from "../../src/store/embedded/store.ts";
import type { Collection, Documents, Store } from "../../src/store/store.ts";
import { fanOut, STEPS } from "./fan-out.ts";
import { FakeClock, startRunner } from "./support.ts";

/**
 * A process that works on the jobs of a store, and is killed by SIGKILL before its n-th operation on it. Exits with 0
 * where there were fewer.
 */
const [where, killAt] = process.argv.slice(2) as [string, string];
const store = where.startsWith("mongodb:") ? await openMongodb(where) : await openEmbeddedStore({ path: where });
let operations = 0;
function reach(): void {
  operations += 1;
  if (operations === Number(killAt)) process.kill(process.pid, "SIGKILL");
}

/** The driver is loaded where it is used: most children do without. */
async function openMongodb(url: string): Promise<Store> {
  const { openMongodbStore } = await import("../../src/store/mongodb/client.ts");
  return openMongodbStore({ url, database: "test" });
}

function counted<D extends Documents>(documents: D): Documents {
  return {
    collection: ((name: string) =>
      new Proxy(documents.collection(name), {
        get(target, key) {
          const method = Reflect.get(target, key);
          if (typeof method !== "function") return method;
          return (...args: unknown[]) => {
            reach();
            return Reflect.apply(method, target, args);
          };
        },
      }) as Collection) as Documents["collection"],
  };
}

const dying: Store = {
  ...counted(store),
  async transaction(work) {
    const done = await store.transaction(async (tx) => {
      const result = await work(counted(tx));
      reach();
      return result;
    });
    reach();
    return done;
  },
  ping: () => store.ping(),
  close: () => store.close(),
};

const { work } = startRunner(dying, new FakeClock(), fanOut(dying));
await work();
reach();
await store.close();
process.exit(STEPS > 0 ? 0 : 1);
