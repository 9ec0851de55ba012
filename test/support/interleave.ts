import { AsyncLocalStorage } from "node:async_hooks";
import { RequestError } from "../../src/errors.ts";
import type { Collection, Documents, Store } from "../../src/store/store.ts";

const READS = new Set(["find", "aggregate"]);

/**
 * Runs `other` between two steps of `first`, at every possible point: before the 1st, 2nd, 3rd … operation that `first`
 * makes in its transaction, and after its last. `round` sets up a fresh stage for each point and checks the result.
 * Returns the number of operations. On an engine that runs transactions one at a time, `other` waits until `first` has
 * finished; if they run side by side, `other` finishes before `first` continues.
 */
export async function atEveryPoint(
  isSideBySide: boolean,
  round: (
    pauseBefore: (store: Store, other: () => Promise<unknown>) => Store,
    otherIsDone: () => Promise<unknown>,
  ) => Promise<void>,
): Promise<number> {
  const outside = AsyncLocalStorage.snapshot();
  for (let point = 0; ; point++) {
    let reached = false;
    let meanwhile: Promise<unknown> = Promise.resolve();
    await round(
      (store, other) => {
        let operations = 0;
        let started = false;
        const start = () => {
          started = true;
          // As a request of its own: not from inside the transaction that is under way.
          meanwhile = outside(other).catch((error: unknown) => {
            if (!(error instanceof RequestError)) throw error;
          });
        };
        const pause = async () => {
          if (operations++ !== point || started) return;
          reached = true;
          start();
          // Until `other` is done or waits for `first`, whichever comes first.
          await (isSideBySide ? meanwhile : Promise.race([meanwhile, eventLoopTurns(20)]));
        };
        return {
          ...passThrough(store),
          transaction: (work) =>
            store
              .transaction((tx) => work(pausing(tx, pause)))
              .finally(() => {
                if (!started) start();
              }),
        };
      },
      () => meanwhile,
    );
    if (!reached) return point;
  }
}

function passThrough(store: Store): Store {
  return {
    collection: (name) => store.collection(name),
    transaction: (work) => store.transaction(work),
    ping: () => store.ping(),
    close: () => store.close(),
  };
}

function pausing(tx: Documents, pause: () => Promise<void>): Documents {
  return {
    collection: ((name: string) => {
      const collection = tx.collection(name);
      return new Proxy(collection, {
        get(target, key) {
          const method = Reflect.get(target, key);
          if (typeof method !== "function") return method;
          // A cursor's own reads are what takes the time; the pause comes before its first.
          if (READS.has(String(key))) return method.bind(target);
          return async (...args: unknown[]) => {
            await pause();
            return Reflect.apply(method, target, args);
          };
        },
      }) as Collection;
    }) as Documents["collection"],
  };
}

async function eventLoopTurns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}
