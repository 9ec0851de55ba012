import { execFileSync, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import type { CloudCodeOptions } from "../../src/cloudcode/start.ts";
import type { RunContext } from "../../src/kernel/scripts/call.ts";
import type { ScriptResult } from "../../src/kernel/scripts/result.ts";
import { PLAYER, type TestCloudCode, withScripts } from "./support.ts";
import { openWorld, type World } from "./world.ts";

let hosts: TestCloudCode;
const start = async (
  sources: Record<string, string>,
  options: Partial<CloudCodeOptions> = {},
): Promise<TestCloudCode> => {
  hosts = await withScripts({ fine: "Spark.setScriptData('a', 1);", ...sources }, options);
  return hosts;
};
afterEach(() => hosts.cloudCode.close());

const KILLED = /timeout|memory|crash/;

/** Each must end in one failure of its caller, and the next script must run. */
const BOMBS: [what: string, script: string, kind: RegExp][] = [
  ["an endless loop", "for (;;) {}", /timeout/],
  ["a loop in catch and finally", "for (;;) { try { for (;;) {} } catch (e) {} finally { for (;;) {} } }", /timeout/],
  ["promise jobs without end", "(function again() { Promise.resolve().then(again); })();", /timeout/],
  ["an evil pattern", "/(a+)+$/.test('a'.repeat(40) + 'b');", /timeout/],
  [
    "a rejected proxy that never ends when it is looked at",
    "function again() { for (;;); } Promise.reject(new Proxy({}, { get: again, getPrototypeOf: again }));",
    /timeout/,
  ],
  ["a comparison that never ends", "[2, 1].sort(function () { for (;;) {} });", /timeout/],
  ["a toJSON that never ends", "Spark.setScriptData('a', { toJSON: function () { for (;;) {} } });", /timeout/],
  ["objects without end", "var a = []; for (;;) a.push({ a: a });", KILLED],
  ["arrays without end", "var a = []; for (;;) a.push(new Array(1000).fill({}));", KILLED],
  ["text without end", "var a = []; for (;;) a.push('x'.repeat(100000) + a.length);", /timeout|memory|crash/],
  ["buffers without end", "var a = []; for (;;) a.push(new Uint8Array(1e6));", /timeout|memory|crash|error/],
  ["a map without end", "var m = new Map(); for (var i = 0; ; i++) m.set(i, {});", KILLED],
  ["a BigInt squared again and again", "var x = 3n; for (;;) x = x * x;", /timeout|memory|crash|error/],
  ["a huge array filled", "new Array(1e9).fill(1);", KILLED],
  ["a huge text split", "'x'.padEnd(2 ** 29 - 25).split('');", KILLED],
  [
    "a wide structure as JSON",
    "var a = ['x'.repeat(1000)]; for (var i = 0; i < 40; i++) a = [a, a]; Spark.setScriptData('a', a);",
    /timeout|memory|crash|error|result/,
  ],
];

/** Resolves when the process is stopped: a signal takes a moment on a busy machine. */
async function stopProcess(pid: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  const state = () => execFileSync("ps", ["-o", "state=", "-p", String(pid)], { encoding: "utf8" }).trim();
  await expect.poll(state).toMatch(/^T/);
}

describe("bombs", () => {
  test("each fails only its own run, and the next script runs", async () => {
    await start(Object.fromEntries(BOMBS.map(([, script], index) => [`bomb${index}`, script])), {
      timeoutMs: 700,
      graceMs: 300,
    });
    for (const [index, [what, , kind]] of BOMBS.entries()) {
      const { failure } = await hosts.run(`bomb${index}`);
      expect(String(failure?.kind), what).toMatch(kind);
      expect(failure?.file, what).toBe(`request/bomb${index}.js`);
    }
    expect((await hosts.run("fine")).scriptData).toEqual({ a: 1 });
  });

  test("a result that is nested too deep is refused", async () => {
    await start({ deep: "var a = []; for (var i = 0; i < 1e5; i++) a = [a]; Spark.setScriptData('a', a);" });
    expect((await hosts.run("deep")).failure?.kind).toBe("result");
    expect((await hosts.run("fine")).scriptData).toEqual({ a: 1 });
  });

  test("log lines of a script that times out are kept", async () => {
    await start({ loops: "Spark.getLog().warn('here'); for (;;) {}" }, { timeoutMs: 1_000 });
    const { failure, log } = await hosts.run("loops");
    expect(failure?.kind).toBe("timeout");
    expect(log).toEqual([{ level: "warn", message: "here", file: "request/loops.js", line: 1 }]);
  });

  test("promise jobs of a script that times out do not cost its host", async () => {
    await start(
      { leaves: "Promise.resolve().then(function () { for (;;) {} }); for (;;) {}" },
      { timeoutMs: 1_000, graceMs: 10_000 },
    );
    expect((await hosts.run("leaves")).failure?.kind).toBe("timeout");
    expect((await hosts.run("fine")).scriptData).toEqual({ a: 1 });
    expect(hosts.events.filter((event) => event.type === "ended")).toEqual([]);
  });

  test("discarded sandboxes are released from memory", async () => {
    await start(
      { stays: "Object.defineProperty(this, 'stays', { value: new Array(10000).fill(0) });" },
      { memoryMb: 16, lanes: 1 },
    );
    for (let runs = 0; runs < 300; runs++) expect((await hosts.run("stays")).failure).toBeUndefined();
    expect(hosts.events.filter((event) => event.type === "ended")).toEqual([]);
  });

  test("other scripts run while one loops", async () => {
    await start({ loops: "for (;;) {}" }, { timeoutMs: 5_000 });
    let ended = false;
    const looping = hosts.run("loops").then((result) => {
      ended = true;
      return result;
    });
    for (let runs = 0; runs < 50; runs++) expect((await hosts.run("fine")).failure).toBeUndefined();
    expect(ended).toBe(false);
    await hosts.cloudCode.close();
    expect((await looping).failure?.kind).toBe("unavailable");
  });
});

describe("supervision", () => {
  test("a killed host fails the one script in it and is replaced", async () => {
    await start({ loops: "for (;;) {}" });
    await hosts.run("fine");
    const { pid } = await hosts.event("ready");
    await hosts.event("ready");
    const looping = hosts.run("loops");
    await hosts.run("fine");
    for (const event of hosts.events) if (event.type === "ready") process.kill(event.pid!, "SIGKILL");
    expect((await looping).failure).toMatchObject({ kind: "crash", message: expect.stringContaining("SIGKILL") });
    const ended = [(await hosts.event("ended")).pid, (await hosts.event("ended")).pid];
    expect(ended).toContain(pid);
    expect((await hosts.run("fine")).failure).toBeUndefined();
  });

  test("a frozen host is killed at the deadline of its script", async () => {
    await start({}, { timeoutMs: 1_000, graceMs: 500 });
    await hosts.run("fine");
    await hosts.event("ready");
    await hosts.event("ready");
    for (const event of hosts.events) if (event.type === "ready") await stopProcess(event.pid!);
    expect((await hosts.run("fine")).failure?.kind).toBe("timeout");
    expect((await hosts.event("ended")).kind).toBe("killed");
  });

  test("of the scripts in a lost host only the culprit fails", async () => {
    await start({
      fatal: "'x'.padEnd(2 ** 29 - 25).split('');",
      works: "var until = Date.now() + 300; while (Date.now() < until); Spark.setScriptData('done', 1);",
    });
    const [fatal, ...works] = await Promise.all([hosts.run("fatal"), hosts.run("works"), hosts.run("works")]);
    expect(fatal.failure?.kind).toMatch(/crash|memory|timeout/);
    for (const result of works) expect(result).toMatchObject({ scriptData: { done: 1 } });
  });

  test("hosts that end in series are restarted with growing pauses, and this is reported", async () => {
    await start({ fatal: "'x'.padEnd(2 ** 29 - 25).split('');" });
    const runs = Array.from({ length: 8 }, () => hosts.run("fatal"));
    const loop = await hosts.event("crash-loop");
    expect(loop.nextStartMs).toBeGreaterThan(0);
    await hosts.cloudCode.close();
    for (const result of await Promise.all(runs))
      expect(result.failure?.kind).toMatch(/crash|memory|timeout|unavailable/);
  });

  test("a run is refused at once if the queue is full", async () => {
    await start({ loops: "for (;;) {}" }, { queued: 2, lanes: 1, timeoutMs: 1_000 });
    const runs = Array.from({ length: 6 }, () => hosts.run("loops"));
    const kinds = (await Promise.all(runs)).map((result) => result.failure?.kind);
    expect(kinds.filter((kind) => kind === "unavailable").length).toBeGreaterThan(0);
    expect(kinds.filter((kind) => kind === "timeout").length).toBeGreaterThan(0);
    expect(kinds).toHaveLength(6);
  });

  test("runs are refused after close", async () => {
    await start({});
    await hosts.run("fine");
    await hosts.cloudCode.close();
    expect((await hosts.run("fine")).failure?.kind).toBe("unavailable");
  });

  test("no process is started for a game without scripts or before the first run", async () => {
    await start({});
    expect(hosts.events).toEqual([]);
    expect(hosts.cloudCode.has("response", "fine")).toBe(false);
  });

  test("hosts end with the server, even if it is killed while a script loops", async () => {
    await start({});
    const program = fileURLToPath(new URL("orphan.ts", import.meta.url));
    const server = spawn(process.execPath, ["--no-warnings", program], { stdio: ["ignore", "pipe", "inherit"] });
    const pids = await new Promise<number[]>((resolve) => {
      let text = "";
      server.stdout.on("data", (chunk) => {
        text += chunk;
        if (text.includes("\n")) resolve(JSON.parse(text) as number[]);
      });
    });
    expect(pids).toHaveLength(2);
    server.kill("SIGKILL");
    await expect.poll(() => pids.filter(isAlive)).toEqual([]);
  });
});

describe("nested scripts", () => {
  const OUTER = "Spark.setScriptData('inner', Spark.runtimeCollection('c').findOne());";
  let world: World;
  afterEach(() => world.discard());

  /** Runs of scripts whose `findOne` waits for a run of `inner`, one deeper, and answers what that left. */
  async function nesting(
    sources: Record<string, string>,
    options: Partial<CloudCodeOptions>,
    inner: (depth: number) => string,
  ): Promise<(name: string, depth?: number) => Promise<ScriptResult>> {
    world = await openWorld();
    await start(sources, options);
    const run = (name: string, depth = 0): Promise<ScriptResult> => {
      const findOne = async () => {
        const { scriptData, failure } = await run(inner(depth + 1), depth + 1);
        return { ...scriptData, ...(failure && { failure: failure.kind }) };
      };
      const store = { collection: () => ({ findOne }) } as unknown as RunContext["store"];
      return hosts.run(name, { depth, player: { ...PLAYER, playerId: `${count++}` } }, { ...world.context, store });
    };
    let count = 0;
    return run;
  }

  test("all complete, even if more of them than lanes wait for another one", async () => {
    const run = await nesting({ outer: OUTER }, { lanes: 2 }, (depth) => (depth < 3 ? "outer" : "fine"));
    const results = await Promise.all(Array.from({ length: 12 }, () => run("outer")));
    for (const { scriptData } of results) expect(scriptData).toEqual({ inner: { inner: { inner: { a: 1 } } } });
  });

  test("a fifth level is refused", async () => {
    const run = await nesting({ outer: OUTER }, { lanes: 1 }, () => "outer");
    const refused = { failure: "limit" };
    expect((await run("outer")).scriptData).toEqual({ inner: { inner: { inner: { inner: { inner: refused } } } } });
  });

  test("waiting counts towards the outer script's deadline", async () => {
    const run = await nesting(
      { outer: OUTER, loops: "for (;;) {}" },
      { lanes: 1, timeoutMs: 1_000, graceMs: 10_000 },
      () => "loops",
    );
    expect((await run("outer")).failure?.kind).toBe("timeout");
    expect((await run("fine")).failure).toBeUndefined();
    expect(hosts.events.filter(({ type }) => type === "ended")).toEqual([]);
  });

  test("the loss of the inner script's host is reported to the outer one, and others continue", async () => {
    const run = await nesting(
      { outer: OUTER, fatal: "'x'.padEnd(2 ** 29 - 25).split('');" },
      { lanes: 4 },
      () => "fatal",
    );
    const [outer, ...fine] = await Promise.all([run("outer"), run("fine"), run("fine")]);
    expect(outer.scriptData["inner"]).toMatchObject({ failure: expect.stringMatching(/crash|memory|timeout/) });
    for (const { failure } of fine) expect(failure).toBeUndefined();
  });
});

describe("permissions of a script host", () => {
  test("the process cannot write files, open connections or start processes, and has no secrets", async () => {
    await start({});
    process.env["REKINDLE_TEST_SECRET"] = "s";
    await hosts.run("fine");
    const { pid } = await hosts.event("ready");
    if (process.platform !== "linux") return;
    const of = (file: string) => readFile(`/proc/${pid}/${file}`, "latin1");
    expect(await of("environ")).not.toContain("REKINDLE_TEST_SECRET");
    const flags = (await of("cmdline")).split("\0").filter((part) => part.startsWith("--"));
    expect(flags).toContain("--permission");
    const allowed = flags.filter((flag) => flag.startsWith("--allow-")).map((flag) => flag.replace(/=.*/, ""));
    expect([...new Set(allowed)].sort()).toEqual(["--allow-addons", "--allow-fs-read", "--allow-worker"]);
  });

  test("a script cannot access the process", async () => {
    const probes = [
      "typeof process",
      "typeof require('node:fs')",
      "typeof globalThis.constructor.constructor('return typeof process === \"object\" ? process : undefined')()",
      "typeof Function('return this.process')()",
      "typeof (function () { return this; })().process",
      "typeof Spark.getData.constructor('return this.process')()",
      "typeof Spark.constructor.constructor('return process', '')",
    ];
    await start({
      probe: `Spark.setScriptData('seen', [${probes.slice(0, 6).join(", ")}]);`,
      throws: "Function('return process')()",
      traces: `
        Error.prepareStackTrace = function (error, sites) {
          return sites.map(function (site) { return [typeof site.getThis(), typeof site.getFunction()]; });
        };
        Spark.setScriptData('seen', new Error().stack);
      `,
      hostTrace: `
        Error.prepareStackTrace = function (error, sites) {
          Spark.setScriptData('files', sites.map(function (site) { return String(site.getFileName()); }));
        };
        try { Spark.setScriptData('files', 1n); } catch (e) { e.stack; }
      `,
      imports:
        "import('node:fs').then(function () { Spark.setScriptData('seen', 'fs'); }, function (e) { Spark.setScriptData('seen', String(e)); });",
    });
    expect((await hosts.run("probe")).scriptData["seen"]).toEqual(Array(6).fill("undefined"));
    expect((await hosts.run("throws")).failure?.message).toBe("process is not defined");
    const seen = (await hosts.run("traces")).scriptData["seen"] as string[][];
    expect(seen.slice(1).every(([, fn]) => fn === "undefined")).toBe(true);
    const files = (await hosts.run("hostTrace")).scriptData["files"] as string[];
    expect(files.every((file) => !file.includes("/work") && !file.includes("file:"))).toBe(true);
    expect((await hosts.run("imports")).scriptData["seen"]).toMatch(/Not supported/);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
