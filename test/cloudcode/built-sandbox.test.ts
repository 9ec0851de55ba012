import { execFile } from "node:child_process";
import { appendFile, cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "../../src/built-files.ts";
import { check, sandboxFiles } from "../../src/cloudcode/built-sandbox.ts";
import { evaluatorFiles, find } from "../../src/store/embedded/evaluator-file.ts";
import { buildSandbox } from "../../tools/build-sandbox.ts";

/** A copy of the project, whose sandbox is built and whose sources are then changed. */
let root: string;
beforeAll(async () => {
  root = `${await mkdtemp(join(tmpdir(), "rekindle-sandbox-"))}/`;
  for (const part of ["src", "tools", "examples", "package.json"]) {
    await cp(join(ROOT, part), join(root, part), { recursive: true });
  }
  await symlink(join(ROOT, "node_modules"), join(root, "node_modules"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const start = async () => {
  const args = [join(root, "src/main.ts"), "start", "--port", "0", "--data", join(root, "data")];
  return promisify(execFile)(process.execPath, args, { timeout: 20_000 }).catch(({ code, stderr }) => ({
    code,
    stderr,
  }));
};

test("a missing sandbox is reported with how to build it", async () => {
  expect(await start()).toEqual({
    code: 1,
    stderr: `The sandbox is not built: ${join(root, "build/sandbox/")} does not exist. Run npm run build:sandbox.\n`,
  });
});

test.for([
  ["changed in the realm", "src/cloudcode/realm/run.ts"],
  ["changed in a class of Spark", "src/cloudcode/spark/spark.ts"],
  ["changed in a lane's thread", "src/cloudcode/host/lane.ts"],
  ["changed in the host", "src/cloudcode/host/main.ts"],
  ["changed in what the server and a lane share", "src/cloudcode/protocol.ts"],
  ["changed in how it is built", "tools/build-sandbox.ts"],
  ["removed", "src/cloudcode/realm/dates.ts"],
] as const)("a sandbox whose source was %s is not run, until it is built again", async ([change, path]) => {
  await buildSandbox(root);
  expect(check(root, true)).toEqual(sandboxFiles(root));
  if (change === "removed") await rm(join(root, path));
  else await appendFile(join(root, path), "\n// changed\n");
  expect(() => check(root, true)).toThrow(
    `The sandbox is out of date: ${path} was changed after it was built. Run npm`,
  );
  // The published package has no sources.
  expect(check(root, false)).toEqual(sandboxFiles(root));
  if (change === "removed") await cp(join(ROOT, path), join(root, path));
  await buildSandbox(root);
  check(root, true);
});

test.for(["host", "thread", "realm", "sources"] as const)("a sandbox without its file %s is refused", async (file) => {
  await buildSandbox(root);
  await rm(sandboxFiles(root)[file]);
  expect(() => check(root, true)).toThrow("Run npm run build:sandbox.");
  expect(() => check(root, false)).toThrow("Install Rekindle again.");
});

test("the built evaluator is run, and its sources where it is missing or older than they are", async () => {
  const { program, sources } = evaluatorFiles(root);
  const source = join(ROOT, "src/store/embedded/evaluator/main.ts");
  await buildSandbox(root);
  expect(find(root, true)).toBe(program);
  await appendFile(join(root, "src/store/embedded/match.ts"), "\n// changed\n");
  expect(find(root, true)).toBe(source);
  // The published package has no sources.
  expect(find(root, false)).toBe(program);
  for (const file of [program, sources]) {
    await buildSandbox(root);
    await rm(file);
    expect(find(root, true)).toBe(source);
    expect(find(root, false)).toBe(source.replace(/ts$/, "js"));
  }
});

test("an outdated sandbox is refused", async () => {
  await buildSandbox(root);
  await appendFile(join(root, "src/cloudcode/realm/run.ts"), "\n");
  expect(await start()).toMatchObject({ code: 1, stderr: expect.stringMatching(/^The sandbox is out of date: .*\n$/) });
});

test.for([
  ["imports itself by way of others", 'import "./entry.ts";\n'],
  ["imports what a sandbox does not have", 'import { readFileSync } from "node:fs";\nreadFileSync("/etc/passwd");\n'],
  ["imports a package", 'import ivm from "isolated-vm";\nivm.toString();\n'],
  ["imports a name that is not exported", 'import { nothing } from "./dates.ts";\nnothing();\n'],
  ["imports a file that is not there", 'import { a } from "./nowhere.ts";\na();\n'],
  ["is no TypeScript", "const = 1;\n"],
] as const)("a realm that %s is not built, and what was built before is not run", async ([, text]) => {
  const path = join(root, "src/cloudcode/realm/run.ts");
  await cp(join(ROOT, "src/cloudcode/realm/run.ts"), path);
  await buildSandbox(root);
  await appendFile(path, text);
  await expect(buildSandbox(root)).rejects.toThrow();
  expect(() => check(root, true)).toThrow("The sandbox is out of date");
  await cp(join(ROOT, "src/cloudcode/realm/run.ts"), path);
});
