import { afterAll, beforeAll, expect, test } from "vitest";
import { RunCalls } from "../../src/cloudcode/calls/run-calls.ts";
import { calls } from "../../src/cloudcode/calls/table.ts";
import { Messages } from "../../src/domains/messages/messages.ts";
import type { RunContext } from "../../src/kernel/scripts/call.ts";
import type { Collection, Document, Store } from "../../src/store/store.ts";
import { type TestCloudCode, withScripts } from "./support.ts";
import { openWorld, type World, withService } from "./world.ts";

const LIMITS = { calls: 1_000, chars: 10_000 };

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.discard());

/** The same store, whose collections do otherwise. */
function storeWith(change: Partial<Collection<Document>>): Store {
  const { store } = world;
  return {
    collection: ((name: string) => {
      const inner = store.collection(name);
      return Object.assign(Object.create(inner) as Collection<Document>, {
        findOne: inner.findOne.bind(inner),
        insertMany: inner.insertMany.bind(inner),
        ...change,
      });
    }) as Store["collection"],
    transaction: (work) => store.transaction(work),
    ping: () => store.ping(),
    close: () => store.close(),
  };
}

const contextWith = (change: Partial<Collection<Document>>): RunContext => ({
  ...world.context,
  store: storeWith(change),
});

async function hostsFor<T>(
  scripts: Record<string, string>,
  options: Parameters<typeof withScripts>[1],
  work: (hosts: TestCloudCode) => Promise<T>,
): Promise<T> {
  const hosts = await withScripts(scripts, options);
  try {
    return await work(hosts);
  } finally {
    await hosts.cloudCode.close();
  }
}

test("a call in a run without a server is an error that the script can catch", async () => {
  const script =
    "try { Spark.loadPlayer('x'); } catch (e) { Spark.setScriptData('it', [e instanceof Error, e.message]); }";
  await hostsFor({ script }, {}, async (hosts) => {
    const { scriptData } = await hosts.run("script");
    expect(scriptData["it"]).toEqual([true, "player.load needs a server, and this run has none."]);
  });
});

test("an uncaught refusal has the script's line", async () => {
  await hostsFor(
    { script: "var c = Spark.runtimeCollection('c');\n\n  c.update({}, { $no: 1 });" },
    {},
    async (hosts) => {
      const { failure } = await hosts.run("script", {}, world.context);
      expect(failure).toMatchObject({ kind: "error", file: "request/script.js", line: 3, column: 5 });
      expect(failure?.message).toContain("$no");
    },
  );
});

test("an internal error is reported to the script only by its id", async () => {
  const script = "try { Spark.runtimeCollection('c').findOne(); } catch (e) { Spark.setScriptData('it', e.message); }";
  await hostsFor({ script }, {}, async (hosts) => {
    const reported: string[] = [];
    const findOne = () => Promise.reject(new Error("the password is hunter2"));
    const context = {
      ...contextWith({ findOne }),
      onFailure: (_c: string, _e: unknown, id: string) => reported.push(id),
    };
    const { scriptData } = await hosts.run("script", {}, context);
    expect(reported).toHaveLength(1);
    expect(scriptData["it"]).toBe(`The server failed at collection.findOne. See its log for error ${reported[0]}.`);
  });
});

test("a script that makes too many calls is ended even if it catches errors", async () => {
  const script = "for (;;) { try { Spark.runtimeCollection('c').count(); } catch (e) {} }";
  await hostsFor({ script }, { hostCalls: 5 }, async (hosts) => {
    const { failure } = await hosts.run("script", {}, world.context);
    expect(failure).toMatchObject({ kind: "calls", message: expect.stringContaining("more than 5 calls") });
    expect(hosts.events.filter(({ type }) => type === "ended")).toEqual([]);
  });
});

const LATE: [what: string, script: string][] = [
  ["that waits", "Spark.getLog().info('before'); Spark.runtimeCollection('c').findOne();"],
  [
    "that catches",
    "Spark.getLog().info('before'); for (;;) try { Spark.runtimeCollection('c').findOne(); } catch (e) {}",
  ],
];

test.for(LATE)("a script %s at its deadline is ended, keeps its log and does not cost its host", async ([, script]) => {
  await hostsFor(
    { script, next: "Spark.setScriptData('it', 1)" },
    { timeoutMs: 1_000, graceMs: 10_000 },
    async (hosts) => {
      const never = contextWith({ findOne: () => new Promise(() => {}) });
      const { failure, log } = await hosts.run("script", {}, never);
      expect(failure?.kind).toBe("timeout");
      expect(log).toEqual([{ level: "info", message: "before", file: "request/script.js", line: 1 }]);
      expect((await hosts.run("next")).scriptData).toEqual({ it: 1 });
      expect(hosts.events.filter(({ type }) => type === "ended")).toEqual([]);
    },
  );
});

test("waiting counts towards a script's deadline", async () => {
  const script = "Spark.runtimeCollection('c').findOne(); while (true) {}";
  await hostsFor({ script }, { timeoutMs: 1_000, graceMs: 10_000 }, async (hosts) => {
    const slowly = contextWith({ findOne: () => new Promise((resolve) => setTimeout(() => resolve(null), 500)) });
    const { failure } = await hosts.run("script", {}, slowly);
    expect(failure?.kind).toBe("timeout");
    expect(hosts.events.filter(({ type }) => type === "ended")).toEqual([]);
  });
});

test("of two runs in a lost host, the one that only read is run again, the one that wrote is not", async () => {
  const scripts = {
    writes: "Spark.runtimeCollection('c').insert({ by: 'writes' });",
    reads: "Spark.runtimeCollection('c').findOne(); Spark.setScriptData('it', 1);",
    fine: "1",
  };
  await hostsFor(scripts, {}, async (hosts) => {
    const waiting = Promise.withResolvers<void>();
    let arrived = 0;
    let isLost = false;
    const gate = async <T>(result: T): Promise<T> => {
      if (++arrived === 2) waiting.resolve();
      return isLost ? result : new Promise(() => {});
    };
    const context = contextWith({
      findOne: () => gate(null),
      insertMany: () => gate({ insertedCount: 1, insertedIds: {} }),
    });
    await hosts.run("fine");
    const both = [await hosts.event("ready"), await hosts.event("ready")].map(({ pid }) => pid!);
    const [wrote, read] = [hosts.run("writes", {}, context), hosts.run("reads", {}, context)];
    await waiting.promise;
    isLost = true;
    // The one that was started first serves; the other is kept in reserve.
    process.kill(Math.min(...both), "SIGKILL");
    expect(await wrote).toMatchObject({ failure: { kind: "crash" }, wrote: true });
    expect(await read).toMatchObject({ scriptData: { it: 1 }, wrote: false });
  });
});

test("a run cannot read from another run's cursor", async () => {
  await world.store.collection("script.many").insertMany(Array.from({ length: 5 }, (_, n) => ({ n })));
  const [first, second] = [new RunCalls(world.context, LIMITS), new RunCalls(world.context, LIMITS)];
  const found = await first.answer('["collection.find","script","many",null,null,null,0,0,2,false]');
  const { documents, more } = JSON.parse(found.slice(1)) as { documents: unknown[]; more: number };
  expect(documents).toHaveLength(2);
  expect(await second.answer(`["cursor.next",${more},10,false]`)).toBe("!The cursor is closed.");
  expect(await first.answer(`["cursor.next",${more},10,false]`)).toContain('"more":0');
});

test("the number of open cursors per run is limited", async () => {
  const run = new RunCalls(world.context, LIMITS);
  await world.store.collection("script.open").insertMany(Array.from({ length: 3 }, (_, n) => ({ n })));
  const answers: string[] = [];
  for (let n = 0; n < 101; n++) {
    answers.push(await run.answer('["collection.find","script","open",null,null,null,0,0,1,false]'));
  }
  expect(answers.map((answer) => answer[0]).join("")).toBe(`${"=".repeat(100)}!`);
});

test("meta collections are read-only on live", async () => {
  const live = new RunCalls({ ...world.context, stage: "live" }, LIMITS);
  expect(await live.answer('["collection.insert","meta","m",[{}]]')).toBe(
    "!The meta collection m can only be written on preview.",
  );
  expect(await live.answer('["collection.findOne","meta","m",null,null,null,false]')).toBe("=null");
});

test("players of another stage cannot be loaded", async () => {
  const reached: string[] = [];
  const messages = { terminateSessions: (player: string) => void reached.push(player) };
  const run = new RunCalls(withService(world.context, Messages, messages), LIMITS);
  const own = await world.player("someone to disconnect");
  expect(await run.answer('["player.disconnect","5f00000000000000000000aa",false]')).toBe("!There is no such player.");
  expect(await run.answer(`["player.disconnect","${own}",false]`)).toBe("=null");
  expect(reached).toEqual([own]);
});

const FORGED = [
  "",
  "{",
  "[]",
  "null",
  '["constructor"]',
  '["__proto__"]',
  '["collection.eval","script","c"]',
  `["player.load",${"[".repeat(300)}${"]".repeat(300)}]`,
  `["player.load","${"x".repeat(20_000)}"]`,
];

test.for(FORGED)("a malformed call is refused: %.40s", async (text) => {
  expect(await new RunCalls(world.context, LIMITS).answer(text)).toMatch(/^!.*\.$/);
});

/** Every call, with arguments that no sandbox sends. */
const JUNK = [
  "",
  "null",
  "1,2,3",
  '"a","b","c"',
  "{},{},{}",
  '"script",{},[]',
  '"system","authToken",{}',
  '"script","c",[],[],[],[],[]',
  '"script","c",{"$a":1},"x",-1,0.5',
  '"5f0000000000000000000001",{"seen":1}',
];

test.for([...calls.keys()])("%s refuses invalid arguments without failing", async (name) => {
  for (const args of JUNK) {
    const run = new RunCalls(world.context, LIMITS);
    expect(await run.answer(`["${name}"${args === "" ? "" : ","}${args}]`)).toMatch(/^[!=]/);
    run.close();
  }
  expect(world.failures).toEqual([]);
});
