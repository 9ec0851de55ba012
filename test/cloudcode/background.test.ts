import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { constants, getPriority } from "node:os";
import { afterEach, expect, it, vi } from "vitest";
import type { CloudCodeOptions } from "../../src/cloudcode/start.ts";
import { PLAYER, type TestCloudCode, withScripts } from "./support.ts";

const ADA = { player: PLAYER };
const GRACE = { player: { ...PLAYER, playerId: "5f0000000000000000000002", userName: "grace" } };
const NOBODY = { player: null };
/** Computes for a tenth of a second and more: by a count, as a busy machine gives little of what a clock says. */
const BUSY = "for (var n = 0, sum = 0; n < 2.5e8; n++) sum += n % 7; Spark.setScriptData('sum', sum);";
const SCRIPTS = {
  LOOP: "while (true) {}",
  BUSY,
  BOMB: "var all = []; while (true) all.push(new Array(100000).fill(7));",
  LOG: 'for (var n = 0; n < 10; n++) Spark.getLog().info(new Array(500).join("x"));',
  HELLO: 'Spark.setScriptData("hello", 1);',
  "system/GS_MINUTE": BUSY,
};

let scripts: TestCloudCode | undefined;
afterEach(async () => {
  await scripts?.cloudCode.close();
});

/** One percent: a tenth of a second in advance. The limits leave time for a busy machine, on which the background waits. */
async function start(options: Partial<CloudCodeOptions> = {}) {
  scripts = await withScripts(SCRIPTS, {
    timeoutMs: 60_000,
    cpuMs: 10_000,
    cpuShare: 1,
    backgroundMs: 60_000,
    ...options,
  });
  const { cloudCode } = scripts;
  return {
    ...scripts,
    inBackground: () => cloudCode.figures?.()?.runsInBackground,
    hosts: () => cloudCode.figures?.()?.hosts,
  };
}

const threads = (pid: number) => readdirSync(`/proc/${pid}/task`);
const niceness = (pid: number) => new Set(threads(pid).map((thread) => getPriority(Number(thread))));
/** Member 41 of `stat`; members are counted from the one behind the name, which is member 2. */
const policies = (pid: number) =>
  new Set(
    threads(pid).map((thread) => {
      const [, members = ""] = readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8").split(") ");
      return Number(members.split(" ")[41 - 3]);
    }),
  );
const [SCHED_OTHER, SCHED_IDLE] = [0, 5];
const hasChrt = spawnSync("chrt", ["--version"]).error === undefined;

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it("only a player who exceeded the share of the processor runs in the background", async () => {
  const { run, inBackground } = await start();
  await run("BUSY", ADA);
  expect(inBackground()).toBe(0);
  for (const who of [GRACE, NOBODY, GRACE]) expect(await run("HELLO", who)).not.toHaveProperty("failure");
  expect(inBackground()).toBe(0);
  for (let n = 1; n <= 3; n++) {
    expect(await run("HELLO", ADA)).toMatchObject({ scriptData: { hello: 1 } });
    expect(inBackground()).toBe(n);
  }
});

it.each([
  { what: "an endless loop", name: "LOOP" },
  { what: "an allocation bomb", name: "BOMB" },
])("$what in the background costs itself alone", async ({ name }) => {
  const { run, inBackground } = await start({ cpuMs: 2_000 });
  await run("BUSY", ADA);
  const [hostile, other] = await Promise.all([run(name, ADA), run("HELLO", GRACE)]);
  expect(hostile.failure?.kind).toMatch(/^(cpu|memory|timeout)$/);
  expect(other).not.toHaveProperty("failure");
  expect(await run("HELLO", ADA)).not.toHaveProperty("failure");
  expect(inBackground()).toBe(2);
});

it("a script without a player has a share of its own", async () => {
  const { run, inBackground } = await start();
  for (let n = 0; n < 2; n++) await run("GS_MINUTE", { kind: "system", ...NOBODY });
  expect(inBackground()).toBe(1);
});

it("a background run keeps an eighth of the log", async () => {
  const { run } = await start({ logChars: 4_000 });
  const before = await run("LOG", ADA);
  await run("BUSY", ADA);
  const after = await run("LOG", ADA);
  // One more line has the number of dropped lines.
  const chars = ({ log }: typeof before) => log.reduce((sum, { message }) => sum + String(message).length, 0);
  expect(chars(before)).toBeGreaterThan(3_500);
  expect(chars(after)).toBeGreaterThan(0);
  expect(chars(after)).toBeLessThan(600);
});

it("clients without a player are not charged for each other", async () => {
  const { run, inBackground } = await start();
  for (let n = 0; n < 2; n++) await run("BUSY", NOBODY);
  expect(inBackground()).toBe(0);
});

it.runIf(process.platform === "linux")(
  "every thread of a background host, and no other, has low priority",
  async () => {
    const { run, event } = await start();
    await run("BUSY", ADA);
    const foreground = [await event("ready"), await event("ready")].map(({ pid }) => pid as number);
    await Promise.all([run("HELLO", ADA), run("HELLO", ADA), run("HELLO", ADA)]);
    const background = (await event("ready")).pid as number;
    expect(niceness(background)).toEqual(new Set([constants.priority.PRIORITY_BELOW_NORMAL]));
    await vi.waitFor(() => expect(policies(background)).toEqual(new Set([hasChrt ? SCHED_IDLE : SCHED_OTHER])), 10_000);
    for (const pid of foreground) {
      expect(niceness(pid)).toEqual(new Set([getPriority()]));
      expect(policies(pid)).toEqual(new Set([SCHED_OTHER]));
    }
  },
);

it("the background host stops when idle and is started again on demand", async () => {
  const { run, events, event, inBackground, hosts } = await start({ backgroundMs: 100 });
  await run("BUSY", ADA);
  await Promise.all([event("ready"), event("ready")]);
  await run("HELLO", ADA);
  const pid = (await event("ready")).pid as number;
  await vi.waitFor(() => expect(isThere(pid)).toBe(false), 10_000);
  await vi.waitFor(() => expect(hosts()).toBe(2), 10_000);
  expect(await run("HELLO", ADA)).not.toHaveProperty("failure");
  expect(inBackground()).toBe(2);
  expect(events.filter(({ type }) => type === "ended")).toEqual([]);
});

it("close ends the background host", async () => {
  const { run, cloudCode, event } = await start();
  await run("BUSY", ADA);
  await Promise.all([event("ready"), event("ready")]);
  await run("HELLO", ADA);
  const pid = (await event("ready")).pid as number;
  const late = run("LOOP", ADA);
  await cloudCode.close();
  expect(await late).toMatchObject({ failure: { kind: "unavailable" } });
  expect(isThere(pid)).toBe(false);
});
