import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { scheduleCollection } from "../../src/domains/schedules/collections.ts";
import { Schedules } from "../../src/domains/schedules/schedules.ts";
import { objectIdOf, type PlayerId } from "../../src/ids.ts";
import { testConfig } from "../support/app.ts";
import { type TestCloudCode, withScripts } from "./support.ts";
import { openWorld, type World, withService } from "./world.ts";

const LONG = "x".repeat(65_536);
const IT = 'function it(value) { Spark.setScriptData("it", value); }\nvar scheduler = Spark.getScheduler();\n';

const SEEN: [what: string, script: string, it: unknown][] = [
  [
    "the same object each time",
    "it([scheduler === Spark.getScheduler(), Spark.scheduler === scheduler])",
    [true, true],
  ],
  ["planned: true", "it(scheduler.inSeconds('GROW', 60, {x: 1}))", true],
  ["with a key", "it(scheduler.inSeconds('GROW', 60, {x: 1}, 'k'))", true],
  ["a key that is null is none", "it(scheduler.inSeconds('GROW', 60, {x: 1}, null))", true],
  ["no data", "it([scheduler.inSeconds('GROW', 60, null), scheduler.inSeconds('GROW', 60)])", [true, true]],
  ["an array", "it(scheduler.inSeconds('GROW', 60, [1, 2]))", true],
  [
    "fractions of seconds, and times in the past",
    "it([scheduler.inSeconds('GROW', 0.5, {}), scheduler.inSeconds('GROW', -3, {})])",
    [true, true],
  ],
  ["a module that does not exist: true", "it(scheduler.inSeconds('GONE', 1, {}))", true],
  [
    "cancel answers nothing",
    "scheduler.inSeconds('GROW', 1, {}, 'k'); it([scheduler.cancel('k') === undefined, scheduler.cancel('l') === undefined])",
    [true, true],
  ],
];

const REFUSED: [script: string, message: string][] = [
  ["scheduler.inSeconds()", "SparkScheduler.inSeconds: shortCode must be a string, not undefined."],
  ["scheduler.inSeconds({}, 1, {})", "SparkScheduler.inSeconds: shortCode must be a string, not an object."],
  ["scheduler.inSeconds('GROW', 'soon', {})", "SparkScheduler.inSeconds: delaySeconds must be a number, not a string."],
  ["scheduler.inSeconds('GROW', null, {})", "SparkScheduler.inSeconds: delaySeconds must be a number, not null."],
  ["scheduler.inSeconds('GROW', 0 / 0, {})", "SparkScheduler.inSeconds: delaySeconds must be a number, not NaN."],
  [
    "scheduler.inSeconds('GROW', 1e21, {})",
    "SparkScheduler.inSeconds: delaySeconds may be at most 315360000 (ten years).",
  ],
  ["scheduler.inSeconds('GROW', 1, 'x')", "SparkScheduler.inSeconds: data must be an object, not a string."],
  [
    "var me = {}; me.me = me; scheduler.inSeconds('GROW', 1, me)",
    "SparkScheduler.inSeconds: data cannot be converted to JSON",
  ],
  [
    `scheduler.inSeconds('GROW', 1, {x: "${LONG}"})`,
    "SparkScheduler.inSeconds: data has 65544 characters of JSON; the limit is 65536.",
  ],
  ["scheduler.inSeconds('GROW', 1, {}, {})", "SparkScheduler.inSeconds: key must be a string, not an object."],
  ["scheduler.inSeconds('GROW', 1, {}, '')", "SparkScheduler: key must not be empty."],
  [`scheduler.inSeconds('GROW', 1, {}, "${LONG.slice(0, 257)}")`, "key is longer than 256 characters."],
  [
    "scheduler.inSeconds('GROW', 1, {}); scheduler.inSeconds('GROW', 1, {}); scheduler.inSeconds('GROW', 1, {}); scheduler.inSeconds('GROW', 1, {})",
    "SparkScheduler.inSeconds: The player already has 3 schedules.",
  ],
  ["scheduler.cancel()", "SparkScheduler.cancel: key must be a string, not undefined."],
  ["scheduler.cancel('')", "SparkScheduler: key must not be empty."],
];

const OTHERS = {
  details: "scheduler.inSeconds('GROW', 90.5, {d: new Date(0), $x: {'a.b': 1}}, 'k')",
  later: "scheduler.inSeconds('GROW', 5, {n: 2}, 'k')",
  forget: "scheduler.cancel('k')",
  fails: "scheduler.inSeconds('GROW', 5, {}); throw new Error('after')",
};

let scripts: TestCloudCode;
let world: World;
let ada: PlayerId;
const sources = Object.fromEntries([
  ...SEEN.map(([, source], n) => [`seen${n}`, IT + source]),
  ...REFUSED.map(([source], n) => [`refused${n}`, IT + source]),
  ...Object.entries(OTHERS).map(([name, source]) => [name, IT + source]),
]);
beforeAll(async () => {
  scripts = await withScripts(sources);
});
afterAll(() => scripts.cloudCode.close());
beforeEach(async () => {
  world = await openWorld();
  ada = await world.player("ada");
  return () => world.discard();
});

const run = async (name: string) => {
  const schedules = new Schedules({
    clock: world.clock,
    config: { ...testConfig(), schedulesPerPlayer: 3 },
    jobs: { closing: false },
    scripts: { has: (_kind, module) => module !== "GONE", run: () => Promise.reject(new Error("no module runs here")) },
    dropped() {},
  });
  return scripts.run(
    name,
    { player: await world.seen(ada) },
    withService({ ...world.context, player: ada }, Schedules, schedules),
  );
};
const planned = () =>
  scheduleCollection(world.store)
    .find({}, { sort: { due: 1 } })
    .toArray();

describe("SparkScheduler", () => {
  test.each(SEEN.map((row, n) => [row[0], n] as const))("%s", async (_what, n) => {
    const { scriptData, failure } = await run(`seen${n}`);
    expect(failure).toBeUndefined();
    expect(scriptData.it).toEqual(SEEN[n]![2]);
  });

  test.each(REFUSED.map((row, n) => [row[1], n] as const))("%s", async (message, n) => {
    const { failure } = await run(`refused${n}`);
    expect(failure).toMatchObject({ kind: "error", file: `request/refused${n}.js` });
    expect(failure!.message).toContain(message);
    expect(world.failures).toEqual([]);
  });

  test("schedules with data, key and player", async () => {
    await run("details");
    const plan = { module: "GROW", key: "k", playerId: objectIdOf(ada) };
    const due = new Date(world.clock.now() + 90_500);
    expect(await planned()).toEqual([expect.objectContaining({ ...plan, due })]);
    expect(JSON.parse((await planned())[0]!.data)).toEqual({ d: "1970-01-01T00:00:00.000Z", $x: { "a.b": 1 } });

    await run("later");
    expect(await planned()).toMatchObject([{ ...plan, data: '{"n":2}', due: new Date(world.clock.now() + 5_000) }]);
    await run("forget");
    expect(await planned()).toEqual([]);
  });

  test("a schedule persists if the script fails", async () => {
    expect((await run("fails")).failure).toMatchObject({ message: "after" });
    expect(await planned()).toHaveLength(1);
  });

  test("a missing module is logged", async () => {
    const n = SEEN.findIndex(([what]) => what.includes("does not exist"));
    const { log } = await run(`seen${n}`);
    expect(log).toMatchObject([{ level: "warn", message: "SparkScheduler.inSeconds: the game has no module GONE." }]);
    expect(await planned()).toEqual([]);
  });
});
