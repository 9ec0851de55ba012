import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { RunCalls } from "../../src/cloudcode/calls/run-calls.ts";
import { createLocalLocks, type Locks } from "../../src/cluster/locks.ts";
import type { RunContext } from "../../src/kernel/scripts/call.ts";
import { ChainLocks } from "../../src/kernel/scripts/locks.ts";
import { type TestCloudCode, withScripts } from "./support.ts";
import { openWorld, type World } from "./world.ts";

const it = 'function it(value) { Spark.setScriptData("it", value); }';
const caught = (code: string) => `${it} try { ${code}; it("nothing") } catch (e) { it(e.message) }`;

const REFUSED: [code: string, message: string][] = [
  ["Spark.lockKey()", "Spark.lockKey: lockName must be a string, not undefined."],
  ["Spark.lockKey({}, 0)", "Spark.lockKey: lockName must be a string, not an object."],
  ["Spark.lockKey('a')", "Spark.lockKey: tryMillis must be a number, not undefined."],
  ["Spark.lockKey('a', 'five')", "Spark.lockKey: tryMillis must be a number, not a string."],
  ["Spark.lockKey('a', -1)", "Spark.lockKey: tryMillis must be at least 0, not -1."],
  ["Spark.lockKey(new Array(2000).join('a'), 0)", "lockName is longer than 1024 characters."],
  ["Spark.unlockKey()", "Spark.unlockKey: lockName must be a string"],
  ["for (var i = 0; i < 101; i++) Spark.lockKey('n' + i, 0)", "a script may have 100 names locked"],
];

const SCRIPTS: Record<string, string> = {
  ...Object.fromEntries(REFUSED.map(([code], index) => [`refused${index}`, caught(code)])),
  counts: `${it} it([Spark.lockKey("a", 0), Spark.lockKey("a", 0.9), Spark.unlockKey("a"), Spark.runtimeCollection("c").count(),
    Spark.unlockKey("a"), Spark.unlockKey("a"), Spark.unlockKeyFully("a"), Spark.unlockKey("never")]);`,
  fully: `${it} Spark.lockKey(7, 0); Spark.lockKey("7", 0); it([Spark.unlockKeyFully(7), Spark.unlockKeyFully(7)]);`,
  tries: `${it} it(Spark.lockKey("a", 0));`,
  waits: `${it} it(Spark.lockKey("a", 60000));`,
  ends: "Spark.lockKey('a', 0); Spark.lockKey('a', 0);",
  exits: "Spark.lockKey('a', 0); Spark.exit();",
  throws: "Spark.lockKey('a', 0); null.x;",
  "runs on": "Spark.lockKey('a', 0); while (true) {}",
  "takes all memory": "Spark.lockKey('a', 0); var all = []; while (true) all.push(new Array(10000).fill(all));",
  "is lost": "Spark.lockKey('a', 0); Spark.runtimeCollection('c').findOne();",
};

let hosts: TestCloudCode;
let world: World;
beforeAll(async () => {
  hosts = await withScripts(SCRIPTS, { timeoutMs: 1_500 });
  world = await openWorld();
});
afterAll(async () => {
  await hosts.cloudCode.close();
  await world.discard();
});

let locks: Locks;
beforeEach(() => {
  locks = createLocalLocks();
});
/** Of a run that nothing waits for. */
const alone = (others: Partial<RunContext> = {}): RunContext => ({
  ...world.context,
  chainLocks: new ChainLocks(locks, "preview"),
  ...others,
});
const isFree = async (name = "preview:a") => {
  const lock = await locks.acquire(name, 0);
  await lock?.release();
  return lock !== undefined;
};

test("a lock that is taken twice must be released twice", async () => {
  const seen: boolean[] = [];
  const store = Object.assign(Object.create(world.store), {
    collection: (name: string) =>
      Object.assign(Object.create(world.store.collection(name)), {
        countDocuments: async () => {
          seen.push(await isFree());
          return 0;
        },
      }),
  });
  const { scriptData } = await hosts.run("counts", {}, alone({ store }));
  expect(scriptData["it"]).toEqual([true, true, true, 0, true, false, false, false]);
  expect(seen).toEqual([false]);
  expect((await hosts.run("fully", {}, alone())).scriptData["it"]).toEqual([true, false]);
});

test.for(REFUSED.map(([code, message], index) => ({ code, message, index })))(
  "$code is refused",
  async ({ message, index }) => {
    expect((await hosts.run(`refused${index}`, {}, alone())).scriptData["it"]).toContain(message);
  },
);

test("a failed attempt returns false, and a waiting one gets the lock when it is released", async () => {
  const other = await locks.acquire("preview:a", 0);
  expect((await hosts.run("tries", {}, alone())).scriptData["it"]).toBe(false);
  const { acquire } = locks;
  const asked = Promise.withResolvers<void>();
  locks.acquire = (...args) => {
    asked.resolve();
    return acquire(...args);
  };
  const waiting = hosts.run("waits", {}, alone());
  await asked.promise;
  await other!.release();
  expect((await waiting).scriptData["it"]).toBe(true);
});

test("each stage has its own locks", async () => {
  await locks.acquire("live:a", 0);
  expect((await hosts.run("tries", {}, alone())).scriptData["it"]).toBe(true);
});

test("the maximum number of locks is an error", async () => {
  locks = createLocalLocks({ names: 0, waiting: 0 });
  const run = new RunCalls(alone(), { calls: 10, chars: 1_000 });
  expect(await run.answer('["lock.take","a",0]')).toBe("!Spark.lockKey: 0 names are already locked. Try again.");
});

describe("a run's locks are released", () => {
  test.for([
    ["ends", undefined],
    ["exits", undefined],
    ["throws", "error"],
    ["runs on", "timeout"],
  ] as const)("when it %s", async ([name, kind]) => {
    expect((await hosts.run(name, {}, alone())).failure?.kind).toBe(kind);
    expect(await isFree()).toBe(true);
  });

  test("when it runs out of memory", async () => {
    const mine = await withScripts(SCRIPTS, { timeoutMs: 20_000 });
    expect((await mine.run("takes all memory", {}, alone())).failure?.kind).toBe("memory");
    expect(await isFree()).toBe(true);
    await mine.cloudCode.close();
  });

  test("when its deadline passes while it waits", async () => {
    const other = await locks.acquire("preview:a", 0);
    expect((await hosts.run("waits", {}, alone())).failure?.kind).toBe("timeout");
    await other!.release();
    expect(await isFree()).toBe(true);
  });

  test("when its host is killed; the restarted run gets them again", async () => {
    const mine = await withScripts(SCRIPTS);
    const blocked = Promise.withResolvers<void>();
    let isLost = false;
    const store = Object.assign(Object.create(world.store), {
      collection: (name: string) =>
        Object.assign(Object.create(world.store.collection(name)), {
          findOne: () => {
            blocked.resolve();
            return isLost ? Promise.resolve(null) : new Promise(() => {});
          },
        }),
    });
    try {
      const running = mine.run("is lost", {}, alone({ store }));
      const { pid } = await mine.event("ready");
      await blocked.promise;
      expect(await isFree()).toBe(false);
      isLost = true;
      process.kill(pid!, "SIGKILL");
      await running;
      expect(await isFree()).toBe(true);
    } finally {
      await mine.cloudCode.close();
    }
  });

  test("after the caller has written the run's changes, if it defers the release", async () => {
    const releases: (() => Promise<void>)[] = [];
    await hosts.run("ends", {}, alone({ releaseLater: (release) => releases.push(release) }));
    expect(await isFree()).toBe(false);
    for (const release of releases) await release();
    expect(await isFree()).toBe(true);
  });
});

describe("nested runs", () => {
  const limits = { calls: 100, chars: 1_000 };

  test("share their locks, and each releases its own", async () => {
    const context = alone();
    const [outer, inner] = [new RunCalls(context, limits), new RunCalls({ ...context, depth: 1 }, limits)];
    expect(await outer.answer('["lock.take","a",0]')).toBe("=true");
    expect(await inner.answer('["lock.release","a"]')).toBe("=false");
    expect(await inner.answer('["lock.take","a",0]')).toBe("=true");
    expect(await inner.answer('["lock.take","b",0]')).toBe("=true");
    expect(await outer.answer('["lock.release","b"]')).toBe("=false");
    inner.close();
    expect([await isFree("preview:a"), await isFree("preview:b")]).toEqual([false, true]);
    outer.close();
    expect(await isFree()).toBe(true);
  });

  test("keep a lock that the outer one releases while the inner one holds it", async () => {
    const context = alone();
    const [outer, inner] = [new RunCalls(context, limits), new RunCalls(context, limits)];
    await outer.answer('["lock.take","a",0]');
    await inner.answer('["lock.take","a",0]');
    outer.close();
    expect(await isFree()).toBe(false);
    inner.close();
    expect(await isFree()).toBe(true);
  });

  test("a lock acquired after the run's end is released", async () => {
    const run = new RunCalls(alone(), limits);
    const other = await locks.acquire("preview:a", 0);
    const taking = run.answer('["lock.take","a",60000]');
    const released = other!.release();
    run.close();
    await released;
    expect(await taking).toBe("=false");
    expect(await isFree()).toBe(true);
  });
});

test("a restarted run holds none of its locks", async () => {
  const run = new RunCalls(alone(), { calls: 100, chars: 1_000 });
  await run.answer('["lock.take","a",0]');
  run.reset();
  expect(await isFree()).toBe(true);
  expect(await run.answer('["lock.release","a"]')).toBe("=false");
  expect(await run.answer('["lock.take","a",0]')).toBe("=true");
  run.close();
});
