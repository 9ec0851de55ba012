import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The JavaScript files that script hosts run. `npm run build:sandbox` builds them from `host/` and `realm/`. */
export interface SandboxFiles {
  folder: string;
  host: string;
  thread: string;
  realm: string;
  /** Hashes of the sources that the files were built from, by path. */
  sources: string;
}

/** The sandbox is missing or out of date. The message says what to do. */
export class SandboxError extends Error {
  override name = "SandboxError";
}

/** Root of the repository or of the published package. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const RUNS_FROM_SOURCES = import.meta.url.endsWith(".ts");
let checked: SandboxFiles | undefined;

/**
 * Returns the built sandbox. Checked once per process, a few milliseconds if run from sources.
 * @throws SandboxError if it is missing or older than its sources
 */
export function builtSandbox(): SandboxFiles {
  checked ??= check(ROOT, RUNS_FROM_SOURCES);
  return checked;
}

export function check(root: string, hasSources: boolean): SandboxFiles {
  const files = sandboxFiles(root);
  const missing = Object.values(files).find((path) => !existsSync(path));
  const cure = hasSources ? "Run npm run build:sandbox." : "Install Rekindle again.";
  if (missing !== undefined) throw new SandboxError(`The sandbox is not built: ${missing} does not exist. ${cure}`);
  if (!hasSources) return files;
  const built = JSON.parse(readFileSync(files.sources, "utf8")) as Record<string, string>;
  for (const [path, hash] of Object.entries(built)) {
    if (!existsSync(root + path) || hashOf(readFileSync(root + path)) !== hash) {
      throw new SandboxError(`The sandbox is out of date: ${path} was changed after it was built. ${cure}`);
    }
  }
  return files;
}

export function sandboxFiles(root: string): SandboxFiles {
  const folder = `${root}build/sandbox/`;
  return {
    folder,
    host: `${folder}host.cjs`,
    thread: `${folder}thread.cjs`,
    realm: `${folder}realm.js`,
    sources: `${folder}sources.json`,
  };
}

export function hashOf(source: string | Buffer): string {
  return createHash("sha256").update(source).digest("hex");
}
