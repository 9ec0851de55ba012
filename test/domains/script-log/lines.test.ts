import { afterEach, beforeEach, expect, it } from "vitest";
import { scriptLogDomain } from "../../../src/domains/script-log/index.ts";
import { type LogLine, LogLines } from "../../../src/domains/script-log/lines.ts";
import { prepareCollections } from "../../../src/kernel/domain.ts";
import type { Document } from "../../../src/store/store.ts";
import { FakeClock } from "../../support/app.ts";
import { engines, type OpenStore } from "../../support/stores.ts";

let opened: OpenStore;
let clock: FakeClock;
const failures: unknown[] = [];
const line = (message: unknown, more: Partial<LogLine> = {}): LogLine => ({
  ...{ level: "info", message, script: "event/A", runId: "r1" },
  ...more,
});
const create = (kept = 100) => new LogLines({ clock, kept, failed: (error) => failures.push(error) });
const kept = (): Promise<Document[]> =>
  opened.store
    .collection("script.log")
    .find({}, { sort: { time: 1, _id: 1 } })
    .toArray();

beforeEach(async () => {
  opened = await engines[0]!.open();
  await prepareCollections(scriptLogDomain, opened.store);
  clock = new FakeClock();
  failures.length = 0;
});
afterEach(() => opened.discard());

it("stores lines with their details", async () => {
  const lines = create();
  lines.add(opened.store, line({ a: [1] }, { level: "warn", playerId: "p1", file: "event/A.js", line: 3 }));
  lines.add(opened.store, line("text"));
  await lines.close();
  expect(await kept()).toMatchObject([
    {
      ...{ time: new Date(clock.now()), level: "WARN", log: { a: [1] }, script: "event/A", runId: "r1" },
      ...{ playerId: "p1", file: "event/A.js", line: 3 },
    },
    { level: "INFO", log: "text", playerId: null },
  ]);
});

it("stores values that documents cannot contain as text", async () => {
  const lines = create();
  const deep = JSON.parse("[".repeat(50) + "]".repeat(50)) as unknown;
  const odd = [{ "a.b": 1 }, { $set: 1 }, { "": 1 }, JSON.parse('{"__proto__": 1}'), deep];
  for (const message of odd) lines.add(opened.store, line(message));
  lines.add(opened.store, line(null));
  await lines.close();
  expect((await kept()).map(({ log }) => log)).toEqual([...odd.map((it) => JSON.stringify(it)), null]);
  expect(failures).toEqual([]);
});

it.each(engines)(
  "stores on $name values that the engine would read as another type, and the other lines of the batch",
  async ({ open }) => {
    const there = await open();
    try {
      const lines = create();
      const odd = [{ _bsontype: "ObjectId" }, [{ a: { _bsontype: "Long", low: 1 } }]];
      for (const message of [...odd, "beside it"]) lines.add(there.store, line(message));
      await lines.close();
      expect(failures).toEqual([]);
      const found = await there.store
        .collection("script.log")
        .find({}, { sort: { time: 1, _id: 1 } })
        .toArray();
      expect(found.map(({ log }) => log)).toEqual([...odd.map((it) => JSON.stringify(it)), "beside it"]);
    } finally {
      await there.discard();
    }
  },
);

it("deletes the oldest lines beyond the limit, but not the game's own documents", async () => {
  await opened.store.collection("script.log").insertOne({ mine: true });
  const lines = create(10);
  for (let n = 0; n < 30; n++) {
    clock.advance(1);
    lines.add(opened.store, line(n));
    await lines.close();
  }
  const all = await kept();
  const messages = all.filter(({ mine }) => !mine).map(({ log }) => log);
  expect(messages.at(-1)).toBe(29);
  expect(messages.length).toBeGreaterThanOrEqual(10);
  expect(messages.length).toBeLessThanOrEqual(11);
  expect(all.some(({ mine }) => mine)).toBe(true);
});

it.each(engines)("never deletes too much on $name when several servers trim at the same time", async ({ open }) => {
  const there = await open();
  try {
    const first = create(1_000);
    for (let n = 0; n < 500; n++) first.add(there.store, line(n));
    await first.close();
    const servers = Array.from({ length: 4 }, () => create(200));
    for (const [n, server] of servers.entries()) server.add(there.store, line(500 + n));
    await Promise.all(servers.map((server) => server.close()));
    const left = await there.store.collection("script.log").find({}).toArray();
    expect(left.length).toBeGreaterThanOrEqual(200);
    expect(left.length).toBeLessThanOrEqual(200 + servers.length);
    expect(left.map(({ log }) => log)).toEqual(expect.arrayContaining([400, 499, 500, 503]));
    expect(failures).toEqual([]);
  } finally {
    await there.discard();
  }
});

it("drops lines that arrive too fast, and reports their number", async () => {
  const lines = create(100_000);
  for (let n = 0; n < 5_003; n++) lines.add(opened.store, line(n));
  await lines.close();
  const all = await kept();
  expect(all).toHaveLength(5_001);
  expect(all.find(({ level }) => level === "WARN")!["log"]).toBe(
    "3 lines were dropped: they could not be written fast enough.",
  );
  lines.add(opened.store, line("x".repeat(16_777_217)));
  lines.add(opened.store, line("y"));
  await lines.close();
  expect(await kept()).toHaveLength(5_003);
});

it("stores nothing if the limit is 0", async () => {
  const lines = create(0);
  lines.add(opened.store, line("x"));
  await lines.close();
  expect(await kept()).toEqual([]);
});

it("reports lines that could not be written, and continues", async () => {
  const lines = create();
  const error = new Error("away");
  const broken = { collection: () => ({ insertMany: () => Promise.reject(error) }) } as never;
  lines.add(broken, line("x"));
  await lines.close();
  expect(failures).toEqual([error]);
  lines.add(opened.store, line("y"));
  await lines.close();
  expect(await kept()).toHaveLength(1);
});

it("does not retry when closing while the store is unavailable", async () => {
  const lines = create();
  const broken = { collection: () => ({ insertMany: () => Promise.reject(new Error("away")) }) } as never;
  for (let n = 0; n < 600; n++) lines.add(broken, line(n));
  await lines.close();
  expect(failures).toHaveLength(1);
});
