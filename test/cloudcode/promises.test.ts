import { afterAll, beforeAll, expect, test } from "vitest";
import { PLAYER, type TestCloudCode, withScripts } from "./support.ts";
import { openWorld, type World } from "./world.ts";

/** Each runs after the script's last line, as a promise job. How the run ends; undefined: well. */
const JOBS: [what: string, job: string, failure: object | undefined][] = [
  ["that throws", "throw new Error('late');", { kind: "error", message: "late", file: "request/job0.js" }],
  ["that throws text", "throw 'late';", { kind: "error", message: "late" }],
  ["that throws as if it had timed out", "throw new Error('The script timed out.');", { kind: "error" }],
  ["that ends the script", "Spark.exit();", undefined],
  ["that throws and is caught", "return Promise.reject(1).catch(function () {});", undefined],
  ["that leaves too much", "for (var i = 0; ; i++) Spark.setScriptData('k' + i, i);", { kind: "result" }],
  ["that calls too often", "for (;;) Spark.runtimeCollection('c').count();", { kind: "calls" }],
  ["that never ends", "for (;;) {}", { kind: "timeout" }],
  [
    "that throws what never ends when it is read",
    "Error.prepareStackTrace = function () { for (;;) {} }; throw new Error('late');",
    { kind: "timeout" },
  ],
];

/** For jobs that end by a time limit, and for all others. */
let hasty: TestCloudCode;
let patient: TestCloudCode;
let world: World;
beforeAll(async () => {
  world = await openWorld();
  const jobs = JOBS.map(([, job], index) => [
    `job${index}`,
    `Spark.getLog().info('here'); Spark.getPlayer().setScriptData('a', 1);
     Promise.resolve().then(function () { ${job} });`,
  ]);
  const start = (timeoutMs: number) =>
    withScripts(
      { ...Object.fromEntries(jobs), fine: "Spark.setScriptData('a', 1);" },
      { lanes: 1, timeoutMs, graceMs: 10_000, resultChars: 2_000, hostCalls: 5 },
    );
  [hasty, patient] = await Promise.all([start(1_000), start(10_000)]);
});
afterAll(async () => {
  await Promise.all([hasty.cloudCode.close(), patient.cloudCode.close()]);
  await world.discard();
});

test.for(JOBS.map(([what, , failure], index) => [what, index, failure] as const))(
  "a promise job %s",
  async ([, index, failure]) => {
    const hosts = failure !== undefined && "kind" in failure && failure.kind === "timeout" ? hasty : patient;
    const result = await hosts.run(`job${index}`, { player: PLAYER }, world.context);
    if (failure === undefined) {
      expect(result.failure).toBeUndefined();
      expect(result.playerChanges).toMatchObject({ scriptData: { set: { a: 1 } } });
    } else {
      expect(result.failure).toMatchObject(failure);
      expect(result.playerChanges).toBeUndefined();
    }
    expect((await hosts.run("fine")).scriptData).toEqual({ a: 1 });
    expect(hosts.events.filter(({ type }) => type === "ended")).toEqual([]);
  },
);
