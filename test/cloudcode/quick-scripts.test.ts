import { expect, test } from "vitest";
import { QuickScripts } from "../../src/cloudcode/quick-scripts.ts";

const script = (number: number, version = 1) => ({ version, script: number, file: "event/A.js", code: "1" });

/** Milliseconds of its runs; undefined: it called the server or did not complete. */
test.for<[what: string, runs: (number | undefined)[], isQuick: boolean]>([
  ["never ran", [], false],
  ["ran twice", [0.1, 0.1], false],
  ["was quick three times", [0.1, 0.5, 1], true],
  ["was slow before that", [50, 0.1, 0.1, 0.1], true],
  ["was slow at last", [0.1, 0.1, 0.1, 0.1, 1.1], false],
  ["called at last", [0.1, 0.1, 0.1, 0.1, undefined], false],
  ["called among them", [0.1, 0.1, undefined, 0.1, 0.1], false],
])("a script that %s", ([, runs, isQuick]) => {
  const quick = new QuickScripts();
  for (const ms of runs) quick.record(script(1), ms);
  expect(quick.is(script(1))).toBe(isQuick);
  expect(quick.is(script(2))).toBe(false);
});

test("counts restart with a newer version of the scripts", () => {
  const quick = new QuickScripts();
  for (let run = 0; run < 3; run++) quick.record(script(1), 0.1);
  quick.record(script(2, 2), 0.1);
  expect(quick.is(script(1))).toBe(false);
});
