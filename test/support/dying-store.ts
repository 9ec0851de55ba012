import type { Collection, Documents, Store } from "../../src/store/store.ts";

/**
 * A store whose process is killed by SIGKILL before its n-th operation; a commit is one, and so is what follows it. `reach`
 * counts one more, such as the end of the work.
 */
export function dyingBefore(store: Store, killAt: number): { store: Store; reach: () => void } {
  let operations = 0;
  const reach = (): void => {
    operations += 1;
    if (operations === killAt) process.kill(process.pid, "SIGKILL");
  };
  const counted = (documents: Documents): Documents => ({
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
  });
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
  return { store: dying, reach };
}
