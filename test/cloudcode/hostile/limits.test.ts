import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { calls } from "../../../src/cloudcode/calls/table.ts";
import type { CloudCodeOptions } from "../../../src/cloudcode/start.ts";
import type { Call } from "../../../src/kernel/scripts/call.ts";
import { CallLimitError } from "../../../src/kernel/scripts/errors.ts";
import { PLAYER, type TestCloudCode, withScripts } from "../support.ts";
import { openWorld, type World } from "../world.ts";

let hosts: TestCloudCode;
let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.discard());
afterEach(() => hosts.cloudCode.close());

async function start(sources: Record<string, string>, options: Partial<CloudCodeOptions> = {}): Promise<void> {
  hosts = await withScripts({ fine: "Spark.setScriptData('a', 1);", ...sources }, options);
}
const playerOf = (name: string) => ({ ...PLAYER, playerId: name });

const CALL = "Spark.runtimeCollection('c').count();";
const COMPUTE = "var until = Date.now() + 30; while (Date.now() < until);";

const LIMITS: [kind: string, what: string, script: string, options: Partial<CloudCodeOptions>][] = [
  ["timeout", "wall clock", "for (;;) {}", { timeoutMs: 300 }],
  [
    "timeout",
    "wall clock, of one that computes less than it may",
    `for (;;) { ${CALL} }`,
    { timeoutMs: 300, cpuMs: 290, hostCalls: 1e6 },
  ],
  ["cpu", "computing time", "for (;;) {}", { timeoutMs: 60_000, cpuMs: 200 }],
  ["cpu", "computing time, between calls", `for (;;) { ${COMPUTE} ${CALL} }`, { timeoutMs: 60_000, cpuMs: 200 }],
  [
    "cpu",
    "computing time, of one that catches",
    "for (;;) try { for (;;) {} } catch (e) {}",
    { timeoutMs: 60_000, cpuMs: 200 },
  ],
  ["memory", "heap", "var a = []; for (;;) a.push({ a: a });", { memoryMb: 16 }],
  ["calls", "calls to the server", `for (;;) try { ${CALL} } catch (e) {}`, { hostCalls: 3 }],
  [
    "result",
    "data",
    "for (var i = 0; ; i++) try { Spark.setScriptData('k' + i, i); } catch (e) {}",
    { resultChars: 2_000 },
  ],
  ["result", "one value", "Spark.setScriptData('a', new Array(3000).join('x'));", { resultChars: 2_000 }],
  ["result", "depth of data", "var a = []; for (var i = 0; i < 200; i++) a = [a]; Spark.setScriptData('a', a);", {}],
];

test.for(LIMITS)("%s: a script that exceeds its %s", async ([kind, , script, options]) => {
  await start({ script }, options);
  const { failure, log } = await hosts.run("script", {}, world.context);
  expect(failure).toMatchObject({ kind, file: "request/script.js", message: expect.stringMatching(/\.$/) });
  expect(log).toEqual([]);
  expect((await hosts.run("fine")).scriptData).toEqual({ a: 1 });
  expect(hosts.events.filter(({ type }) => type === "ended")).toEqual([]);
});

test("log lines of a script that computes for too long are kept", async () => {
  await start({ script: "Spark.getLog().info('here'); for (;;) {}" }, { cpuMs: 200 });
  const { failure, log } = await hosts.run("script");
  expect([failure?.kind, log]).toMatchObject(["cpu", [{ level: "info", message: "here" }]]);
});

test("a call can end its script with a limit that the script cannot catch", async () => {
  await start({ script: "try { Spark.runtimeCollection('c').count(); } catch (e) {} Spark.setScriptData('on', 1);" });
  const refuse = () => Promise.reject(new CallLimitError("http-calls", "No more than 3: wait."));
  const call = calls.get("collection.count") as Call;
  const { answer } = call;
  call.answer = refuse;
  try {
    const { failure, scriptData } = await hosts.run("script", {}, world.context);
    expect(failure).toMatchObject({ kind: "http-calls", message: "No more than 3: wait." });
    expect(scriptData).toEqual({});
  } finally {
    call.answer = answer;
  }
});

test("log lines over the limit are dropped and counted, and the script continues", async () => {
  const script = "for (var i = 0; i < 50; i++) Spark.getLog().info(i); Spark.setScriptData('on', 1);";
  await start({ script }, { logLines: 5 });
  const { failure, log, scriptData } = await hosts.run("script");
  expect([failure, scriptData]).toEqual([undefined, { on: 1 }]);
  expect(log).toHaveLength(6);
  expect(hosts.cloudCode.figures!()?.logLinesDropped).toBe(45);
});

test("log characters are limited too; the line that reaches the limit is the last", async () => {
  const script = "for (var i = 0; i < 10; i++) Spark.getLog().info('0123456789');";
  await start({ script }, { logChars: 30 });
  const { failure, log } = await hosts.run("script");
  expect(failure).toBeUndefined();
  expect(log).toHaveLength(4);
  expect(hosts.cloudCode.figures!()?.logLinesDropped).toBe(7);
});

describe("at once", () => {
  const LOOPS = { loops: "for (;;) {}" };

  test("a player's flood of runs waits in order while other players are served", async () => {
    await start(LOOPS, { lanes: 4, perPlayer: 3, timeoutMs: 60_000 });
    const flood = Array.from({ length: 40 }, () => hosts.run("loops", { player: playerOf("flooder") }));
    for (let n = 0; n < 20; n++) {
      expect((await hosts.run("fine", { player: playerOf(`other${n % 3}`) })).failure).toBeUndefined();
    }
    expect(hosts.cloudCode.figures!()).toMatchObject({ runsUnderWay: 2, runsWaiting: 38 });
    await hosts.cloudCode.close();
    for (const { failure } of await Promise.all(flood)) expect(failure?.kind).toBe("unavailable");
  });

  test("a flood of runs without a player waits while players are served", async () => {
    await start(LOOPS, { lanes: 2, timeoutMs: 60_000 });
    const flood = Array.from({ length: 10 }, () => hosts.run("loops", { player: null }));
    expect((await hosts.run("fine")).failure).toBeUndefined();
    await hosts.cloudCode.close();
    await Promise.all(flood);
  });

  test("if the queue is full, the player with the most waiting runs loses one", async () => {
    await start(LOOPS, { lanes: 2, perPlayer: 1, queued: 5, timeoutMs: 60_000 });
    const refused: number[] = [];
    const flood = Array.from({ length: 6 }, (_, index) =>
      hosts.run("loops", { player: playerOf("flooder") }).then(({ failure }) => {
        if (failure?.message.includes("waiting for a script host")) refused.push(index);
      }),
    );
    const others = Array.from({ length: 3 }, (_, index) => hosts.run("fine", { player: playerOf(`other${index}`) }));
    for (const { failure } of await Promise.all(others)) expect(failure).toBeUndefined();
    // No host was ready yet, so none of the flood was under way.
    expect(refused).toEqual([5, 4, 3, 2]);
    await hosts.cloudCode.close();
    await Promise.all(flood);
  });
});
