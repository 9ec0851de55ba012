import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import { buildSandbox } from "../../tools/build-sandbox.ts";
import { buildConsole } from "./built-console.ts";

/** Builds the sandbox and the console before the tests, and before they are run again where vitest watches the sources. */
export default async function setup(root: TestProject): Promise<void> {
  await buildSandbox();
  if (root.vitest.projects.some(({ name }) => name === "slow")) await Promise.all([compileServer(), buildConsole()]);
  root.onTestsRerun(() => buildSandbox());
}

/** Into the cache that `NODE_COMPILE_CACHE` names: the servers that tests start and kill never write it themselves. */
async function compileServer(): Promise<void> {
  const server = fileURLToPath(new URL("./app.ts", import.meta.url));
  // A server that does not even load is reported by the tests.
  await promisify(execFile)(process.execPath, ["--no-warnings", server]).catch(() => {});
}
