import { execFile } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

/** Prints, when the server listens, what of this it has loaded; then stops it. */
const REPORT = `
import { registerHooks } from "node:module";
const files = [];
registerHooks({ load(url, context, next) { files.push(url); return next(url, context); } });
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (text, ...rest) => {
  if (!String(text).includes("Rekindle is running")) return true;
  write(JSON.stringify(files.filter((name) => /node_modules\\/(mongodb|@redis|undici|isolated-vm|amaro|rolldown)\\//.test(name))));
  process.kill(process.pid, "SIGTERM");
  return true;
};`;

test("a start does not load database drivers, the sandbox or the TypeScript compiler", async () => {
  const data = await mkdtemp(join(tmpdir(), "rekindle-start-"));
  const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
  const report = `data:text/javascript,${encodeURIComponent(REPORT)}`;
  const settings = ["--port", "0", "--data", data, "--log-level", "silent"];
  const args = ["--no-warnings", "--import", report, main, "start", ...settings];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(JSON.parse(stdout)).toEqual([]);
});
