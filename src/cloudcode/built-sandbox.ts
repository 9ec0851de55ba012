import { existsSync } from "node:fs";
import { changedSource, ROOT, RUNS_FROM_SOURCES } from "../built-files.ts";

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
  const changed = changedSource(root, files.sources);
  if (changed !== undefined) {
    throw new SandboxError(`The sandbox is out of date: ${changed} was changed after it was built. ${cure}`);
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
