import { afterEach, expect, test } from "vitest";
import type { CloudCodeOptions } from "../../../src/cloudcode/start.ts";
import { ScriptCaches } from "../../../src/domains/script-cache/script-cache.ts";
import type { RunContext } from "../../../src/kernel/scripts/call.ts";
import { PLAYER, type TestCloudCode, withScripts } from "../support.ts";
import { openWorld, type World, withService } from "../world.ts";

/** Quick most of the time, so that others are sent ahead behind it; what it does else, its data says. */
const SCRIPT = `
  var act = Spark.data.act;
  if (act === "loop") for (;;) {}
  if (act === "call") Spark.getCache().get("c");
  if (act === "spoil") Object.preventExtensions(Array.prototype);
  if (act === "fill") new Array(1e9).fill(1);
  Spark.setScriptData("did", act);
`;
const BEHIND = 12;

let hosts: TestCloudCode;
let world: World | undefined;
let player = 0;
afterEach(async () => {
  await hosts.cloudCode.close();
  await world?.discard();
  world = undefined;
});

async function start({
  context,
  ...options
}: Partial<CloudCodeOptions> & { context?: RunContext } = {}): Promise<(act: string) => Promise<string>> {
  hosts = await withScripts({ now: SCRIPT, other: "1" }, { timeoutMs: 3_000, graceMs: 10_000, ...options });
  const run = async (act: string): Promise<string> => {
    const playerId = (0x5f0000000000 + player++).toString(16).padEnd(24, "0");
    const { failure, scriptData } = await hosts.run("now", { data: { act }, player: { ...PLAYER, playerId } }, context);
    return failure?.kind ?? String(scriptData["did"]);
  };
  for (let warm = 0; warm < 20; warm++) expect(await run("end")).toBe("end");
  return run;
}

/** Runs one that does `act` and others behind it; returns what came of them, in the order in which they ended. */
async function race(run: (act: string) => Promise<string>, act: string): Promise<string[]> {
  const ended: string[] = [];
  const all = [act, ...Array<string>(BEHIND).fill("end")].map((each) => run(each).then((how) => ended.push(how)));
  await Promise.all(all);
  return ended;
}
const ENDS = Array<string>(BEHIND).fill("end");

test("runs queued behind a looping script are run in another lane", async () => {
  const run = await start();
  expect(await race(run, "loop")).toEqual([...ENDS, "timeout"]);
  expect(hosts.events.filter(({ type }) => type === "ended")).toEqual([]);
});

test("runs queued behind a script that waits for the server are run in another lane", async () => {
  let answer: () => void = () => {};
  world = await openWorld();
  const waits = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const slow = withService(world.context, ScriptCaches, { of: () => ({ get: () => waits }) });
  const run = await start({ context: slow });
  const ended: string[] = [];
  const first = run("call").then((how) => ended.push(how));
  await Promise.all(ENDS.map((act) => run(act).then((how) => ended.push(how))));
  expect(ended).toEqual(ENDS);
  answer();
  await first;
  expect(ended).toEqual([...ENDS, "call"]);
});

test("runs queued behind a script that spoils its realm get a clean one", async () => {
  const run = await start();
  for (let round = 0; round < 3; round++) expect((await race(run, "spoil")).sort()).toEqual([...ENDS, "spoil"]);
});

test("runs queued behind a script that ends its host are run again in another host", async () => {
  const run = await start({ graceMs: 500 });
  const ended = await race(run, "fill");
  expect(ended.filter((how) => how === "end")).toEqual(ENDS);
  expect(ended.filter((how) => how !== "end")).toEqual([expect.stringMatching(/crash|memory|timeout/)]);
});

test("a flood of quick and other scripts completes, each run exactly once", async () => {
  const run = await start({ timeoutMs: 60_000, cpuMs: 500 });
  const all = await Promise.all(
    Array.from({ length: 600 }, (_, n) => (n % 50 === 7 ? run("spoil") : run(n % 90 === 11 ? "loop" : "end"))),
  );
  const count = (how: string): number => all.filter((each) => each === how).length;
  expect({ end: count("end"), spoil: count("spoil"), cpu: count("cpu") }).toEqual({
    spoil: 12,
    cpu: 7,
    end: 581,
  });
});
