import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ObjectId } from "../../../src/bson.ts";
import { accountsDomain } from "../../../src/domains/accounts/index.ts";
import { createPlayer } from "../../../src/domains/accounts/players.ts";
import { scheduleCollection } from "../../../src/domains/schedules/collections.ts";
import { schedulesDomain } from "../../../src/domains/schedules/index.ts";
import type { DroppedSchedule } from "../../../src/domains/schedules/jobs.ts";
import { type NewSchedule, Schedules, TooManySchedules } from "../../../src/domains/schedules/schedules.ts";
import { type PlayerId, playerIdOf } from "../../../src/ids.ts";
import type { JobEvent } from "../../../src/jobs/kind.ts";
import { JobRunner } from "../../../src/jobs/runner.ts";
import { prepareCollections } from "../../../src/kernel/domain.ts";
import type { ScriptFailure } from "../../../src/kernel/scripts/result.ts";
import type { Store } from "../../../src/store/store.ts";
import { FakeClock } from "../../support/app.ts";
import { engines, type OpenStore } from "../../support/stores.ts";

const LEASE_MS = 10_000 + 3 * 1_000;

/** The schedules of one server, what it ran, and a module that ends when the test releases it. */
function server(store: Store, clock: FakeClock, limits: { player?: number; stage?: number } = {}) {
  const ran: string[] = [];
  const failures: (JobEvent | unknown)[] = [];
  const dropped: DroppedSchedule[] = [];
  let gate: Promise<void> = Promise.resolve();
  let failure: ScriptFailure["kind"] | undefined;
  let during: (schedule: ObjectId) => Promise<void> = async () => {};
  const jobs = new JobRunner({
    clock,
    onEvent: (event) => failures.push(event),
    onStoreError: (error) => failures.push(error),
  });
  const schedules = new Schedules({
    clock,
    config: {
      schedulesPerPlayer: limits.player ?? 100,
      schedulesPerStage: limits.stage ?? 1_000,
      scriptTimeoutMs: 1_000,
    },
    jobs,
    scripts: {
      has: (_kind, module) => module !== "GONE",
      async run({ name, data, player, schedule, alongside }) {
        ran.push([name, JSON.stringify(data), ...(player === undefined ? [] : [player])].join(" "));
        await during(schedule!);
        await gate;
        const nothing = { version: 1, scriptData: {}, scriptErrors: {}, log: [], durationMs: 0, runId: "" };
        const result = { ...nothing, ...(failure && { failure: { kind: failure, message: "" } }) };
        await store.transaction(async (tx) => {
          await tx
            .collection<{ _id: string }>("kept")
            .updateOne({ _id: name }, { $inc: { times: 1 } }, { upsert: true });
          await alongside!(tx, result);
        });
        return result;
      },
    },
    dropped: (about) => dropped.push(about),
  });
  for (const kind of schedules.jobs) jobs.add(kind);
  jobs.open("preview", store);
  return {
    schedules,
    jobs,
    ran,
    failures,
    dropped,
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
    failAs(kind: typeof failure) {
      failure = kind;
    },
    /** What a module does. */
    does(what: typeof during) {
      during = what;
    },
    add: (wanted: Partial<NewSchedule> = {}) =>
      schedules.add(store, {
        module: "GROW",
        delayMs: 60_000,
        data: "{}",
        player: undefined,
        key: undefined,
        ...wanted,
      }),
    async look() {
      await jobs.poll();
      await jobs.settled();
    },
  };
}

describe.each(engines)("schedules on $name", ({ open }) => {
  let opened: OpenStore;
  let store: Store;
  let clock: FakeClock;
  let ada: PlayerId;
  beforeEach(async () => {
    opened = await open();
    store = opened.store;
    clock = new FakeClock();
    await prepareCollections(accountsDomain, store);
    await prepareCollections(schedulesDomain, store);
    ada = playerIdOf((await createPlayer(store, { userName: "ada", currencies: [], now: 0 }))._id);
  });
  afterEach(() => opened.discard());
  const kept = async () => (await store.collection("kept").findOne({ _id: "GROW" }))?.times ?? 0;
  const left = () => scheduleCollection(store).countDocuments({});

  it("run once they are due, with their data and as their player, and are then deleted", async () => {
    const one = server(store, clock);
    expect(await one.add({ data: '{"x":1}', player: ada })).toBe(true);
    expect(await one.add({ delayMs: 0, data: '["$x",{"a.b":1}]' })).toBe(true);
    await one.look();
    expect(one.ran).toEqual(['GROW ["$x",{"a.b":1}]']);
    clock.advance(59_999);
    await one.look();
    expect(one.ran).toHaveLength(1);
    clock.advance(1);
    await one.look();
    expect(one.ran[1]).toBe(`GROW {"x":1} ${ada}`);
    expect(await left()).toBe(0);
    expect(one.failures).toEqual([]);
  });

  it("with the same key replace each other", async () => {
    const one = server(store, clock);
    await one.add({ key: "k", data: '{"n":1}', player: ada });
    await one.add({ key: "k", data: '{"n":2}', delayMs: 90_000 });
    await one.add({ key: "other", delayMs: 60_000, data: '{"n":3}' });
    expect(await left()).toBe(2);
    clock.advance(60_000);
    await one.look();
    expect(one.ran).toEqual(['GROW {"n":3}']);
    clock.advance(30_000);
    await one.look();
    expect(one.ran.slice(1), "without a player, like the last script").toEqual(['GROW {"n":2}']);
  });

  it("with the same key that are added at the same time become one", async () => {
    const servers = [server(store, clock), server(store, clock)];
    await Promise.all(Array.from({ length: 10 }, (_, n) => servers[n % 2]!.add({ key: "k", data: `{"n":${n}}` })));
    expect(await left()).toBe(1);
  });

  it("are cancelled by their key", async () => {
    const one = server(store, clock);
    await one.add({ key: "k" });
    await one.add({ key: "l" });
    await one.schedules.cancel(store, "k");
    await one.schedules.cancel(store, "nobody's");
    clock.advance(60_000);
    await one.look();
    expect(one.ran).toHaveLength(1);
  });

  it("can schedule themselves again with their own key while they run, and still complete", async () => {
    const one = server(store, clock);
    await one.add({ key: "k", delayMs: 0 });
    const release = one.hold();
    await one.jobs.poll();
    await expect.poll(() => one.ran).toHaveLength(1);
    await one.schedules.cancel(store, "k");
    await one.add({ key: "k", delayMs: 5_000, data: '{"again":true}' });
    release();
    await one.jobs.settled();
    expect([await kept(), await left()]).toEqual([1, 1]);
    clock.advance(5_000);
    await one.look();
    expect(one.ran).toEqual(["GROW {}", 'GROW {"again":true}']);
  });

  it.each([
    ["no script host was free", false, 5_000],
    ["its server was stopping", true, 0],
  ])("that will be retried because %s can be cancelled before the retry", async (_what, isStopped, waits) => {
    const one = server(store, clock);
    await one.add({ key: "k", delayMs: 0 });
    await one.add({ key: "other", delayMs: 0, data: '{"other":1}' });
    one.failAs("unavailable");
    const release = one.hold();
    await one.jobs.poll();
    await expect.poll(() => one.ran).toHaveLength(2);
    const ended = isStopped ? one.jobs.close(5_000) : one.jobs.settled();
    release();
    await ended;
    expect(await left()).toBe(2);
    const next = server(store, clock);
    await next.schedules.cancel(store, "k");
    clock.advance(waits);
    await next.look();
    expect(next.ran).toEqual(['GROW {"other":1}']);
    expect(await left()).toBe(0);
    expect(next.dropped).toEqual([]);
  });

  it("that were interrupted by a kill of their server can be cancelled afterwards", async () => {
    const [killed, next] = [server(store, clock), server(store, clock)];
    await killed.add({ key: "k", delayMs: 0 });
    const release = killed.hold();
    await killed.jobs.poll();
    await expect.poll(() => killed.ran).toHaveLength(1);
    await next.schedules.cancel(store, "k");
    clock.advance(LEASE_MS);
    await next.look();
    expect([next.ran, await left()]).toEqual([[], 0]);
    release();
    await killed.jobs.settled();
  });

  it.each([undefined, "unavailable" as const])(
    "that are cancelled while they run complete but are not retried (failure: %s)",
    async (failure) => {
      const one = server(store, clock);
      await one.add({ key: "k", delayMs: 0 });
      one.failAs(failure);
      const release = one.hold();
      await one.jobs.poll();
      await expect.poll(() => one.ran).toHaveLength(1);
      await one.schedules.cancel(store, "k");
      release();
      await one.jobs.settled();
      clock.advance(5_000);
      await one.look();
      expect({ failures: one.failures, ran: one.ran }).toEqual({ failures: [], ran: ["GROW {}"] });
      expect([await kept(), await left()]).toEqual([1, 0]);
    },
  );

  it("that cancel their own key still complete, and schedules that they added with it are deleted", async () => {
    const one = server(store, clock);
    await one.add({ key: "k", delayMs: 0 });
    one.failAs("unavailable");
    one.does(async (schedule) => {
      await one.add({ key: "k", data: '{"again":true}' });
      await one.schedules.cancel(store, "k", schedule);
    });
    await one.look();
    expect(await left()).toBe(1);
    one.failAs(undefined);
    clock.advance(5_000);
    await one.look();
    expect([one.ran, await left()]).toEqual([["GROW {}", "GROW {}"], 0]);
  });

  it("run once if several servers poll", async () => {
    const servers = [server(store, clock), server(store, clock)];
    for (let n = 0; n < 40; n++) await servers[0]!.add({ delayMs: 0, data: `{"n":${n}}` });
    await Promise.all(servers.map((one) => one.look()));
    expect(servers.flatMap((one) => one.ran).sort()).toEqual(
      Array.from({ length: 40 }, (_, n) => `GROW {"n":${n}}`).sort(),
    );
    expect([await kept(), await left()]).toEqual([40, 0]);
  });

  it("are resumed by another server when the lease expires, and changes by the first server are rolled back", async () => {
    const [slow, other] = [server(store, clock), server(store, clock)];
    await slow.add({ delayMs: 0 });
    const release = slow.hold();
    await slow.jobs.poll();
    await expect.poll(() => slow.ran).toHaveLength(1);
    clock.advance(LEASE_MS - 1);
    await other.look();
    expect(other.ran).toEqual([]);
    clock.advance(1);
    await other.look();
    expect(other.ran).toEqual(["GROW {}"]);
    release();
    await slow.jobs.settled();
    expect(slow.failures).toEqual([expect.objectContaining({ type: "leaseLost" })]);
    expect([await kept(), await left()]).toEqual([1, 0]);
  });

  it.each([
    ["a module that fails", "error", 0],
    ["a module without a free script host", "unavailable", 1],
  ] as const)("after %s (%s), %d schedules remain", async (_what, failure, stays) => {
    const one = server(store, clock);
    await one.add({ delayMs: 0 });
    one.failAs(failure);
    await one.look();
    expect(await left()).toBe(stays);
    one.failAs(undefined);
    clock.advance(5_000);
    await one.look();
    expect(one.ran).toHaveLength(1 + stays);
    expect(await left()).toBe(0);
  });

  it("that fail because their server is stopping run again on the next server", async () => {
    const one = server(store, clock);
    await one.add({ delayMs: 0 });
    const release = one.hold();
    await one.jobs.poll();
    await expect.poll(() => one.ran).toHaveLength(1);
    one.failAs("crash");
    const closed = one.jobs.close(5_000);
    release();
    await closed;
    const next = server(store, clock);
    await next.look();
    expect(next.ran).toEqual(["GROW {}"]);
  });

  it("are deleted and reported if there is nothing to run, or after too many attempts", async () => {
    const one = server(store, clock);
    const nobody = playerIdOf((await createPlayer(store, { userName: "nobody", currencies: [], now: 0 }))._id);
    await one.add({ delayMs: 0, key: "poison", player: ada });
    await one.add({ delayMs: 0, player: nobody });
    const schedules = scheduleCollection(store);
    await schedules.updateOne({ key: "poison" }, { $set: { attempts: 5 } });
    await store.collection("player").deleteMany({ userName: "nobody" });
    await one.add({ delayMs: 0, key: "gone" });
    await schedules.updateOne({ key: "gone" }, { $set: { module: "GONE" } });
    await one.look();
    expect(one.ran).toEqual([]);
    expect(await left()).toBe(0);
    const about = { stage: "preview", module: "GROW" };
    expect(one.dropped.sort((a, b) => a.why.localeCompare(b.why))).toEqual([
      { why: "deleted player", ...about, player: nobody },
      { why: "too many attempts", ...about, key: "poison", player: ada },
      { why: "unknown module", stage: "preview", module: "GONE", key: "gone" },
    ]);
  });

  it("are not added for a module that the game does not have", async () => {
    expect(await server(store, clock).add({ module: "GONE" })).toBe(false);
    expect(await left()).toBe(0);
  });

  it("are limited per player and per stage; replacing one by key is always possible", async () => {
    const one = server(store, clock, { player: 2, stage: 4 });
    await one.add({ player: ada, key: "k" });
    await one.add({ player: ada });
    await expect(one.add({ player: ada })).rejects.toThrow(TooManySchedules);
    await one.add({ player: ada, key: "k" });
    await one.add();
    await one.add();
    await expect(one.add()).rejects.toThrow("The game already has 4 schedules.");
    expect(await left()).toBe(4);
  });
});
