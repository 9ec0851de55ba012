import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ObjectId } from "../../src/bson.ts";
import { LeaseLost } from "../../src/jobs/claim.ts";
import { StoreError } from "../../src/store/errors.ts";
import type { Filter, Store, Update } from "../../src/store/store.ts";
import { engines, type OpenStore } from "../support/stores.ts";
import { FakeClock, jobsIn, LEASE_MS, startRunner, type TestJob, type TestRunner, testKind } from "./support.ts";

describe.each(engines)("jobs on $name", ({ open }) => {
  let kept: OpenStore;
  let clock: FakeClock;
  const runners: TestRunner[] = [];
  beforeEach(async () => {
    kept = await open();
    clock = new FakeClock();
    await jobsIn(kept.store).createIndex({ due: 1 });
  });
  afterEach(async () => {
    await Promise.all(runners.splice(0).map(({ runner }) => runner.close(5_000)));
    await kept.discard();
  });

  const start = (...kinds: Parameters<typeof testKind>[]): TestRunner => {
    const runner = startRunner(kept.store, clock, ...kinds.map((kind) => testKind(...kind)));
    runners.push(runner);
    return runner;
  };
  const plan = async (n: number, more: Partial<TestJob> & { inMs?: number } = {}) => {
    const { inMs = 0, ...others } = more;
    const _id = new ObjectId();
    await jobsIn(kept.store).insertOne({ _id, n, due: new Date(clock.now() + inMs), ...others });
    return _id;
  };
  const left = () => jobsIn(kept.store).find({}).toArray();

  it("run once they are due and not before", async () => {
    const ran: number[] = [];
    const { work } = start([async ({ document }) => void ran.push(document.n)]);
    await plan(1);
    await plan(2, { inMs: 1_000 });
    await work();
    expect(ran).toEqual([1]);
    clock.advance(999);
    await work();
    expect(ran).toEqual([1]);
    clock.advance(1);
    await work();
    expect(ran).toEqual([1, 2]);
    expect(await left()).toEqual([]);
  });

  it("run once each if several processes poll at the same time", async () => {
    const ran: number[] = [];
    const all = [1, 2, 3].map(() => start([async ({ document }) => void ran.push(document.n)]));
    for (let n = 0; n < 30; n++) await plan(n);
    await Promise.all(all.map(({ work }) => work()));
    expect(ran.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, n) => n));
    expect(await left()).toEqual([]);
  });

  it("run at most as many at a time as the kind's concurrency", async () => {
    let running = 0;
    let most = 0;
    const gate = Promise.withResolvers<void>();
    const { runner, work } = start([
      async () => {
        most = Math.max(most, ++running);
        await gate.promise;
        running -= 1;
      },
      { concurrency: 3 },
    ]);
    for (let n = 0; n < 12; n++) await plan(n);
    await runner.poll();
    await expect.poll(() => running).toBe(3);
    gate.resolve();
    await work();
    expect(most).toBe(3);
    expect(await left()).toEqual([]);
  });

  it("that reschedule themselves for now wait for the next poll", async () => {
    let runs = 0;
    const { work } = start([
      async (claim) => {
        runs += 1;
        clock.advance(1);
        await claim.reschedule(new Date(clock.now()), { $set: { step: runs } });
        return "settled";
      },
    ]);
    await plan(1);
    await work();
    expect(runs).toBe(1);
    await work();
    expect(runs).toBe(2);
    const [job] = await left();
    expect(job).toMatchObject({ step: 2 });
    expect(job).not.toHaveProperty("claim");
    expect(job).not.toHaveProperty("attempts");
  });

  it("that fail are retried after growing delays, then given up and reported", async () => {
    const at: number[] = [];
    const begun = clock.now();
    const { work, events } = start([
      async () => {
        at.push(clock.now() - begun);
        throw new Error("no");
      },
      { maxAttempts: 4, retry: { firstMs: 1_000, mostMs: 3_000 } },
    ]);
    await plan(1);
    for (let ms = 0; ms < 20_000; ms += 500) {
      await work();
      clock.advance(500);
    }
    expect(at).toEqual([0, 1_000, 3_000, 6_000]);
    expect(events.map(({ type, attempts }) => [type, attempts])).toEqual([
      ["failed", 1],
      ["failed", 2],
      ["failed", 3],
      ["failed", 4],
      ["gaveUp", 4],
    ]);
    expect(await left()).toEqual([]);
  });

  it("that are given up are handled by their kind if it wants to", async () => {
    const { work } = start([
      async () => {
        throw new Error("no");
      },
      { maxAttempts: 1, giveUp: (claim) => claim.reschedule(new Date(clock.now() + 1), { $set: { step: -1 } }) },
    ]);
    await plan(1);
    await work();
    expect(await left()).toMatchObject([{ n: 1, step: -1 }]);
  });

  it.each([
    ["what they need is missing", async () => "unavailable" as const],
    [
      "the store fails temporarily",
      async () => {
        throw new StoreError("UNAVAILABLE", "away");
      },
    ],
  ])("are never given up if %s", async (_, run) => {
    let runs = 0;
    const { work } = start([
      async () => {
        runs += 1;
        return run();
      },
      { maxAttempts: 2 },
    ]);
    await plan(1);
    for (let i = 0; i < 6; i++) {
      await work();
      clock.advance(8_000);
    }
    expect(runs).toBe(6);
    expect(await left()).toHaveLength(1);
  });

  it("are given up if process after process crashes while running them", async () => {
    const ran: number[] = [];
    const { work, events } = start([async ({ document }) => void ran.push(document.n), { maxAttempts: 3 }]);
    await plan(1, { claim: "of a dead process", attempts: 3 });
    await work();
    expect({ ran, left: await left() }).toEqual({ ran: [], left: [] });
    expect(events).toMatchObject([{ type: "gaveUp", attempts: 4 }]);
  });

  it("are resumed by another process once the lease expires, and writes of the first one are rolled back", async () => {
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const finish = (n: number) => async (claim: Parameters<Parameters<typeof testKind>[0]>[0]) => {
      await kept.store.transaction(async (tx) => {
        await tx.collection("done").insertOne({ n });
        await claim.finish(tx);
      });
      return "settled" as const;
    };
    const slow = start([
      async (claim) => {
        begun.resolve();
        await gate.promise;
        return finish(1)(claim);
      },
    ]);
    const other = start([finish(2)]);
    await plan(1);
    await slow.runner.poll();
    await begun.promise;
    await other.work();
    expect(await left()).toHaveLength(1);
    clock.advance(LEASE_MS);
    await other.work();
    gate.resolve();
    await slow.runner.settled();
    expect(await kept.store.collection("done").find({}).toArray()).toMatchObject([{ n: 2 }]);
    expect(slow.events).toMatchObject([{ type: "leaseLost" }]);
  });

  it("keep their lease while they run", async () => {
    const gate = Promise.withResolvers<void>();
    const ran: string[] = [];
    const leaseMs = 90;
    const slow = start([
      async () => {
        ran.push("slow");
        await gate.promise;
      },
      { leaseMs },
    ]);
    const other = start([async () => void ran.push("other"), { leaseMs }]);
    await plan(1);
    await slow.runner.poll();
    for (let i = 0; i < 5; i++) {
      clock.advance(leaseMs - 1);
      await expect.poll(async () => (await left())[0]!.due!.getTime() - clock.now()).toBe(leaseMs);
      await other.work();
    }
    gate.resolve();
    await slow.runner.settled();
    expect(ran).toEqual(["slow"]);
    expect(await left()).toEqual([]);
  });

  it("are notified if they lose their lease while they run", async () => {
    const lost = Promise.withResolvers<unknown>();
    const slow = start([
      async (claim) => {
        claim.lost.addEventListener("abort", () => lost.resolve(claim.lost.reason));
        await lost.promise;
      },
      { leaseMs: 60 },
    ]);
    const _id = await plan(1);
    await slow.runner.poll();
    await jobsIn(kept.store).updateOne({ _id }, { $set: { claim: "another's" } });
    expect(await lost.promise).toBeInstanceOf(LeaseLost);
    await slow.runner.settled();
    expect(await left()).toHaveLength(1);
  });

  it("do not run twice in a process that stalled beyond its lease", async () => {
    const gate = Promise.withResolvers<void>();
    let runs = 0;
    const { runner, work } = start([
      async () => {
        runs += 1;
        await gate.promise;
      },
    ]);
    await plan(1);
    await runner.poll();
    await expect.poll(() => runs).toBe(1);
    clock.advance(LEASE_MS * 2);
    await runner.poll();
    gate.resolve();
    await work();
    expect({ runs, left: await left() }).toEqual({ runs: 1, left: [] });
  });

  it("that share a key run in order, even if the first one fails for a while", async () => {
    const ran: string[] = [];
    const kind = testKind(
      async ({ document }, { isRetry }) => {
        ran.push(`${document.n}${isRetry ? " again" : ""}`);
        if (document.n === 1 && ran.filter((r) => r.startsWith("1")).length < 3) throw new Error("no");
      },
      { orderedBy: ({ keys }) => keys ?? [], retry: { firstMs: 5, mostMs: 10 } },
    );
    const { runner } = startRunner(kept.store, clock, kind);
    const insert = async (n: number, ...keys: string[]) => {
      const job = { _id: new ObjectId(), n, keys, ...runner.claimed(kind) };
      await jobsIn(kept.store).insertOne({ ...job });
      return job;
    };
    const jobs = [await insert(1, "ada"), await insert(2, "ada", "grace"), await insert(3, "linus")];
    await Promise.all(jobs.map((job) => runner.start(kind, "preview", job)));
    expect(ran.filter((r) => r !== "3")).toEqual(["1", "1 again", "1 again", "2"]);
    expect(ran.indexOf("3")).toBeLessThan(ran.indexOf("1 again"));
    expect(await left()).toEqual([]);
    await runner.close(5_000);
  });

  it.each([
    ["an order are resumed as soon as the store is open", { orderedBy: () => ["ada"] }, [1]],
    ["none wait for the first poll", {}, []],
  ])("of a kind with %s", async (_, more, expected) => {
    const ran: number[] = [];
    await plan(1);
    await start([async ({ document }) => void ran.push(document.n), more]).runner.settled();
    expect(ran).toEqual(expected);
  });

  it("that fail again after progress are retried after the first delay", async () => {
    const at: number[] = [];
    const kind = testKind(
      async (claim) => {
        at.push(performance.now());
        if (at.length < 4) throw new Error("no");
        if (at.length > 4) return;
        await claim.progress({ $set: { step: 1 } });
        claim.document = { ...claim.document, step: 1 };
        throw new Error("no");
      },
      { orderedBy: () => ["ada"], retry: { firstMs: 100, mostMs: 10_000 } },
    );
    const { runner } = startRunner(kept.store, clock, kind);
    const job = { _id: new ObjectId(), n: 1, ...runner.claimed(kind) };
    await jobsIn(kept.store).insertOne({ ...job });
    await runner.start(kind, "preview", job);
    const pauses = at.slice(1).map((time, i) => time - at[i]!);
    expect(pauses[2]).toBeGreaterThanOrEqual(395);
    expect(pauses[3], "100 ms, not 800").toBeLessThan(790);
    await runner.close(5_000);
  });

  it("that a stopping process inserted as claimed are immediately due for the next process", async () => {
    const ran: number[] = [];
    const kind = testKind(async ({ document }) => void ran.push(document.n));
    const { runner } = startRunner(kept.store, clock, kind);
    const job = { _id: new ObjectId(), n: 1, ...runner.claimed(kind) };
    await jobsIn(kept.store).insertOne({ ...job });
    await runner.close(5_000);
    await runner.start(kind, "preview", job);
    expect({ ran, left: await left() }).toMatchObject({ ran: [], left: [{ n: 1 }] });
    await start([async ({ document }) => void ran.push(document.n)]).work();
    expect({ ran, left: await left() }).toEqual({ ran: [1], left: [] });
  });

  it("are retried if their own process claims them again during a write", async () => {
    const gate = Promise.withResolvers<void>();
    const refused = Promise.withResolvers<void>();
    let runs = 0;
    const kind = testKind(
      async (claim) => {
        if (++runs > 1) return;
        await gate.promise;
        await claim.progress({}).catch((error) => {
          refused.resolve();
          return new Promise((_, reject) => setImmediate(() => setImmediate(reject, error)));
        });
      },
      { orderedBy: () => ["ada"], retry: { firstMs: 5, mostMs: 10 } },
    );
    // The job is claimed again on disk; the runner learns of that after the run's write was refused.
    const afterRefusal = (jobs: ReturnType<typeof jobsIn>) => async (filter: Filter, update: Update, how: object) => {
      const found = await jobs.findOneAndUpdate(filter, update, how);
      if (runs === 1) {
        gate.resolve();
        await refused.promise;
      }
      return found;
    };
    const collection = () =>
      new Proxy(jobsIn(kept.store), {
        get(jobs, name) {
          if (name === "findOneAndUpdate") return afterRefusal(jobs);
          return (Reflect.get(jobs, name) as (...about: unknown[]) => unknown).bind(jobs);
        },
      });
    const store = { collection } as unknown as Store;
    const { runner, work, events } = startRunner(store, clock, kind);
    await plan(1);
    await runner.poll();
    await expect.poll(() => runs).toBe(1);
    clock.advance(LEASE_MS * 2);
    await work();
    expect({ runs, left: await left(), events }).toEqual({ runs: 2, left: [], events: [] });
    await runner.close(5_000);
  });

  it("do not run if they lost their lease while waiting for others with their key", async () => {
    const gate = Promise.withResolvers<void>();
    const ran: number[] = [];
    const kind = testKind(
      async ({ document }) => {
        ran.push(document.n);
        await gate.promise;
      },
      { orderedBy: () => ["ada"], leaseMs: 60 },
    );
    const { runner, events } = startRunner(kept.store, clock, kind);
    const jobs = [1, 2].map((n) => ({ _id: new ObjectId(), n, ...runner.claimed(kind) }));
    await jobsIn(kept.store).insertMany(jobs.map((job) => ({ ...job })));
    const done = Promise.all(jobs.map((job) => runner.start(kind, "preview", job)));
    await jobsIn(kept.store).updateOne({ n: 2 }, { $set: { claim: "another's", due: new Date(clock.now() + 1) } });
    clock.advance(1_000);
    // The first one's renewal comes after the second one's would have failed.
    await expect.poll(async () => (await jobsIn(kept.store).findOne({ n: 1 }))!.due!.getTime()).toBe(clock.now() + 60);
    await new Promise((resolve) => setTimeout(resolve, 60));
    gate.resolve();
    await done;
    expect(ran).toEqual([1]);
    expect(events).toMatchObject([{ type: "leaseLost" }]);
    await runner.close(5_000);
  });

  it("inserted as claimed belong to their process until the lease expires", async () => {
    const ran: string[] = [];
    const kind = testKind(async () => {});
    const { runner } = startRunner(kept.store, clock, kind);
    const other = start([async () => void ran.push("other")]);
    await plan(1, runner.claimed(kind));
    await other.work();
    expect(ran).toEqual([]);
    clock.advance(LEASE_MS);
    await other.work();
    expect(ran).toEqual(["other"]);
  });

  it("resume at their recorded progress, running each step once", async () => {
    const step = async (claim: Parameters<Parameters<typeof testKind>[0]>[0], until: number) => {
      for (let at = claim.document.step ?? 0; at < until; at++) {
        await kept.store.transaction(async (tx) => {
          await tx.collection("done").insertOne({ step: at });
          await claim.progress({ $set: { step: at + 1 } }, tx);
        });
      }
    };
    for (let until = 1; until <= 3; until++) {
      const { runner } = start([
        async (claim) => {
          await step(claim, until);
          expect((await left())[0]).toMatchObject({ attempts: 1, freeAttempts: 0 });
          return until < 3 ? "unavailable" : undefined;
        },
      ]);
      if (until === 1) await plan(1);
      await runner.poll();
      await runner.settled();
      clock.advance(8_000);
    }
    expect(await kept.store.collection("done").find({}).toArray()).toMatchObject([
      { step: 0 },
      { step: 1 },
      { step: 2 },
    ]);
    expect(await left()).toEqual([]);
  });

  it("cut off by a stop are immediately due for the next process", async () => {
    const gate = Promise.withResolvers<void>();
    const stopped = start([
      async () => {
        await gate.promise;
        return "unavailable";
      },
      { concurrency: 1 },
    ]);
    await plan(1);
    await plan(2);
    await stopped.runner.poll();
    const closed = stopped.runner.close(5_000);
    gate.resolve();
    await closed;
    const ran: number[] = [];
    const next = start([async ({ document }) => void ran.push(document.n)]);
    await next.work();
    expect(ran.sort()).toEqual([1, 2]);
  });

  it("do not delay a stop beyond its timeout", async () => {
    const gate = Promise.withResolvers<void>();
    const { runner } = start([() => gate.promise]);
    await plan(1);
    await runner.poll();
    await runner.close(10);
    expect(await left()).toHaveLength(1);
    gate.resolve();
    await runner.close(5_000);
    expect(await left()).toEqual([]);
  });

  it("are changed by the kind's claimUpdate in the write that claims them", async () => {
    const found: unknown[] = [];
    const run = async ({ document }: { document: TestJob }) => void found.push(document, ...(await left()));
    const { work } = start([run, { claimUpdate: { $rename: { n: "step" }, $set: { keys: ["claimed"] } } }]);
    await plan(7);
    await work();
    expect(found).toHaveLength(2);
    for (const job of found) {
      expect(job).toMatchObject({ step: 7, keys: ["claimed"], claim: expect.any(String), attempts: 1 });
      expect(job).not.toHaveProperty("n");
    }
  });

  it("that a process cannot run are left to other processes", async () => {
    const ran: number[] = [];
    const run = async ({ document }: { document: TestJob }) => void ran.push(document.n);
    const none = start([run, { filter: () => undefined }]);
    const odd = start([run, { filter: () => ({ n: { $in: [1, 3] } }) }]);
    for (const n of [1, 2, 3]) await plan(n);
    await none.work();
    expect(ran).toEqual([]);
    await odd.work();
    expect(ran.sort()).toEqual([1, 3]);
    expect(await left()).toMatchObject([{ n: 2 }]);
  });

  describe("that are punctual", () => {
    const punctual = (run: Parameters<typeof testKind>[0], more: Parameters<typeof testKind>[1] = {}) =>
      start([run, { isPunctual: true, ...more }]);

    it("start at their time without a further poll, if a poll found them due soon", async () => {
      const ran: number[] = [];
      const { runner } = punctual(async ({ document }) => void ran.push(document.n));
      for (const [n, inMs] of [300, 310, 600, 60_000].entries()) await plan(n, { inMs });
      await runner.poll();
      expect(ran).toEqual([]);
      clock.advance(310);
      await expect.poll(() => ran).toEqual([0, 1]);
      clock.advance(290);
      await expect.poll(() => ran).toEqual([0, 1, 2]);
      await runner.settled();
      expect(await left()).toMatchObject([{ n: 3 }]);
    });

    it("that become due while others run start as soon as one of those ends", async () => {
      const ran: number[] = [];
      const gate = Promise.withResolvers<void>();
      const { runner } = punctual(
        async ({ document }) => {
          ran.push(document.n);
          if (document.n === 0) await gate.promise;
        },
        { concurrency: 1 },
      );
      await plan(0);
      await plan(1, { inMs: 100 });
      await runner.poll();
      clock.advance(100);
      gate.resolve();
      await expect.poll(() => ran).toEqual([0, 1]);
    });

    it("do not start once the runner is closed", async () => {
      const ran: number[] = [];
      const { runner } = punctual(async ({ document }) => void ran.push(document.n));
      await plan(0, { inMs: 50 });
      await runner.poll();
      await runner.close(1_000);
      clock.advance(50);
      await new Promise((resolve) => setTimeout(resolve, 150));
      expect([ran, (await left()).length]).toEqual([[], 1]);
    });

    it("cost one read while none is due", async () => {
      const reads: string[] = [];
      const counting = new Proxy(kept.store, {
        get: (store, key) =>
          key === "collection"
            ? (name: string) => {
                const jobs = store.collection(name);
                reads.push(name);
                return jobs;
              }
            : Reflect.get(store, key),
      });
      const kind = testKind(async () => {}, { isPunctual: true });
      const { runner } = startRunner(counting, clock, kind);
      await runner.settled();
      await plan(0, { inMs: 60_000 });
      reads.length = 0;
      await runner.poll();
      expect(reads).toEqual(["job"]);
      await runner.close(1_000);
    });
  });

  it("are claimed in batches by several processes, in the order of their times and once each", async () => {
    const ran: number[][] = [[], []];
    const all = ran.map((own) => start([async ({ document }) => void own.push(document.n), { concurrency: 150 }]));
    await jobsIn(kept.store).insertMany(
      Array.from({ length: 400 }, (_, n) => ({ _id: new ObjectId(), n, due: new Date(clock.now() - 1_000 + n) })),
    );
    await Promise.all(all.map(({ work }) => work()));
    expect(ran.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, n) => n));
    for (const own of ran) expect(own).toEqual([...own].sort((a, b) => a - b));
    expect(await left()).toEqual([]);
  });
});
