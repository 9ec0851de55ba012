import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { scriptCacheDomain } from "../../../src/domains/script-cache/index.ts";
import { ScriptCache } from "../../../src/domains/script-cache/script-cache.ts";
import { prepareCollections } from "../../../src/kernel/domain.ts";
import type { Document, Filter, Store } from "../../../src/store/store.ts";
import { FakeClock } from "../../support/app.ts";
import { engines, type OpenStore } from "../../support/stores.ts";

const DAY_MS = 86_400_000;
const LIMITS = { entries: 3, bytes: 10_000 };

describe.each(engines.slice(0, 2))("the script cache on $name", (engine) => {
  let opened: OpenStore;
  let store: Store;
  let clock: FakeClock;
  let cache: ScriptCache;
  /** Reads of the store. */
  let reads = 0;

  beforeEach(async () => {
    opened = await engine.open();
    clock = new FakeClock();
    cache = new ScriptCache(LIMITS, clock);
    await prepareCollections(scriptCacheDomain, opened.store);
    reads = 0;
    store = counted(opened.store, () => reads++);
  });
  afterEach(() => opened.discard());

  /** Another process on the same store. */
  const otherNode = () => new ScriptCache(LIMITS, clock);

  it("keeps values in memory and in the store", async () => {
    expect(await cache.get(store, "a")).toBeUndefined();
    await cache.put(store, "a", "1");
    await cache.put(store, "a", "2");
    reads = 0;
    expect(await cache.get(store, "a")).toBe("2");
    expect(reads).toBe(0);
    expect(await otherNode().get(store, "a")).toBe("2");
    expect(reads).toBe(1);
  });

  it("reads evicted values from the store again, and values that are too large always", async () => {
    const large = "x".repeat(10_000);
    await cache.put(store, "large", large);
    for (const key of ["a", "b", "c"]) await cache.put(store, key, key);
    await cache.get(store, "a");
    await cache.put(store, "d", "d");
    reads = 0;
    for (const key of ["a", "c", "d"]) expect(await cache.get(store, key)).toBe(key);
    expect(reads).toBe(0);
    expect(await cache.get(store, "b")).toBe("b");
    expect(await cache.get(store, "large")).toBe(large);
    expect(await cache.get(store, "large")).toBe(large);
    expect(reads).toBe(3);
  });

  it("limits the memory for values", async () => {
    const half = "x".repeat(2_400);
    await cache.put(store, "a", half);
    await cache.put(store, "b", half);
    reads = 0;
    await cache.get(store, "b");
    expect(reads).toBe(0);
    await cache.get(store, "a");
    expect(reads).toBe(1);
  });

  it("sees changes by another process within ten seconds", async () => {
    const other = otherNode();
    await cache.put(store, "a", "1");
    await cache.put(store, "b", "1");
    await other.put(store, "a", "2");
    await other.remove(store, "b");
    expect(await cache.get(store, "a")).toBe("1");
    clock.advance(10_000);
    expect(await cache.get(store, "a")).toBe("2");
    expect(await cache.get(store, "b")).toBeUndefined();
  });

  it("expires values after 30 days, regardless of reads", async () => {
    await cache.put(store, "a", "1");
    clock.advance(30 * DAY_MS - 1);
    expect(await cache.get(store, "a")).toBe("1");
    clock.advance(1);
    expect(await cache.get(store, "a")).toBeUndefined();
  });

  it("removes one key, keys by pattern, and all keys", async () => {
    for (const key of ["a1", "a2", "b1"]) await cache.put(store, key, key);
    await cache.remove(store, "a1");
    expect(await seen("a1", "a2", "b1")).toEqual([undefined, "a2", "b1"]);
    await cache.removeAll(store, { $regex: "^a" });
    expect(await seen("a2", "b1")).toEqual([undefined, "b1"]);
    await cache.removeAll(store);
    expect(await seen("b1")).toEqual([undefined]);
  });

  it("does not cache a value that changed during the read", async () => {
    await cache.put(store, "a", "old");
    const fresh = otherNode();
    const [before] = await Promise.all([fresh.get(store, "a"), fresh.put(store, "a", "new")]);
    expect(["old", "new"]).toContain(before);
    expect(await fresh.get(store, "a")).toBe("new");
  });

  it("caches a value if other keys changed during the read", async () => {
    cache = new ScriptCache({ ...LIMITS, entries: 10 }, clock);
    await otherNode().put(store, "a", "1");
    await Promise.all([cache.get(store, "a"), cache.put(store, "b", "1"), cache.remove(store, "c")]);
    await Promise.all([cache.put(store, "d", "1"), cache.put(store, "e", "1")]);
    reads = 0;
    for (const key of ["a", "d", "e"]) expect(await cache.get(store, key)).toBe("1");
    expect(reads).toBe(0);
  });

  it("does not cache a value if keys were removed by pattern, or all, during the read", async () => {
    for (const names of [undefined, { $regex: "^a" }]) {
      await otherNode().put(store, "a", "1");
      const [, , kept] = await Promise.all([
        cache.get(store, "a"),
        cache.removeAll(store, names),
        cache.get(store, "a"),
      ]);
      expect([undefined, "1"]).toContain(kept);
      expect(await seen("a")).toEqual([undefined]);
    }
  });

  it("discards the cached value of a key if a change fails", async () => {
    await cache.put(store, "a", "1");
    const failing = failingOnce(store);
    await expect(Promise.all([cache.put(failing, "a", "2"), cache.get(store, "a")])).rejects.toThrow("lost");
    expect(await cache.get(store, "a")).toBe("2");
  });

  it("agrees with the store after concurrent writes of a key", async () => {
    await Promise.all(["1", "2", "3"].map((value) => cache.put(store, "a", value)));
    expect(await cache.get(store, "a")).toBe(await otherNode().get(store, "a"));
  });

  async function seen(...keys: string[]): Promise<unknown[]> {
    const here = await Promise.all(keys.map((key) => cache.get(store, key)));
    const there = otherNode();
    expect(await Promise.all(keys.map((key) => there.get(store, key)))).toEqual(here);
    return here;
  }
});

/** A view of the store whose writes succeed and then throw. */
function failingOnce(store: Store): Store {
  const collection = (name: string) =>
    new Proxy(store.collection(name), {
      get: (target, method) => async (filter: Filter, document: Document) => {
        await Reflect.get(target, method).call(target, filter, document, { upsert: true });
        throw new Error("lost");
      },
    });
  return { ...store, collection } as Store;
}

/** A view of the store that reports each `findOne`. */
function counted(store: Store, onRead: () => void): Store {
  const collectionOf = (name: string) =>
    observed(store.collection(name), (method) => {
      if (method === "findOne") onRead();
    });
  return new Proxy(store, { get: (_, name) => (name === "collection" ? collectionOf : Reflect.get(store, name)) });
}

function observed<T extends object>(target: T, onCall: (method: string | symbol) => void): T {
  return new Proxy(target, {
    get(_, name) {
      const member = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      onCall(name);
      return member.bind(target);
    },
  });
}
