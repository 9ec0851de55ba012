import { globSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Builds the console's page before the tests, unless the built one is newer than its sources. */
export async function buildConsole(): Promise<void> {
  const sources = globSync(["console/**/*.{ts,tsx,css,html,svg,json}", "package-lock.json"], { cwd: ROOT });
  const newest = Math.max(...sources.map((file) => timeOf(file)));
  if (timeOf("build/console/index.html") > newest) return;
  await build({ configFile: `${ROOT}/console/vite.config.ts`, logLevel: "warn" });
}

/** In milliseconds; 0 for a missing file. */
function timeOf(file: string): number {
  return statSync(`${ROOT}/${file}`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
