import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadScripts } from "../../src/cloudcode/load.ts";
import { type RunningCloudCode, startCloudCode } from "../../src/cloudcode/start.ts";
import type { ScriptKind } from "../../src/kernel/scripts/result.ts";
import { SYSTEM_SCRIPTS } from "../../src/kernel/scripts/system-scripts.ts";
import { PLAYER } from "./support.ts";

const SCRIPTS: [kind: ScriptKind, name: string, hasPlayer: boolean][] = [
  ["event", "takeTurn", true],
  ["event", "Slam Handler_v0.95-b", true],
  ["event-challenge", "takeTurn", true],
  ["request", "AuthenticationRequest", false],
  ["response", "AuthenticationResponse", true],
  ["message-user", "ChallengeStartedMessage", true],
  ["message-global", "ChallengeStartedMessage", false],
  ["callbacks", "paid", false],
  ["modules", "EVERY_HOUR", true],
  ...Object.values(SYSTEM_SCRIPTS).map((name): [ScriptKind, string, boolean] => ["system", name, false]),
];

let cloudCode: RunningCloudCode;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "rekindle-kinds-"));
  for (const [kind, name] of SCRIPTS) {
    const file = join(folder, "Cloud Code", kind, `${name}.js`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(
      file,
      `// ====\r\n// ${name}\r\n// ====\r\nrequireOnce("SHARED");
       Spark.setScriptData("ran", [shared("${kind}"), Spark.getData().n, Spark.getPlayer() === null]);`,
    );
  }
  await writeFile(join(folder, "Cloud Code/modules/SHARED.js"), "function shared(kind) { return kind + '/shared'; }");
  cloudCode = await startCloudCode({
    scripts: await loadScripts({ folder }),
    hosts: 1,
    timeoutMs: 10_000,
    memoryMb: 32,
    queued: 100,
    logLines: 10,
  });
});
afterAll(() => cloudCode.close());

test.for(SCRIPTS)("%s/%s is found and runs", async ([kind, name, hasPlayer]) => {
  expect(cloudCode.has(kind, name)).toBe(true);
  expect(cloudCode.has(kind, `${name}.js`)).toBe(false);
  const { scriptData, failure } = await cloudCode.run({
    kind,
    name,
    data: { n: 1 },
    player: hasPlayer ? PLAYER : null,
    scriptData: {},
    scriptErrors: {},
    stage: "live",
    runId: "test",
  });
  expect(failure).toBeUndefined();
  expect(scriptData).toEqual({ ran: [`${kind}/shared`, 1, !hasPlayer] });
});

test("a script is found under its own kind only", async () => {
  expect(cloudCode.has("event", "AuthenticationRequest")).toBe(false);
  expect(cloudCode.has("request", "takeTurn")).toBe(false);
});
