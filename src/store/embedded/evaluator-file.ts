import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { changedSource, ROOT, RUNS_FROM_SOURCES } from "../../built-files.ts";

/** The evaluator as one file, and the hashes of its sources. */
export function evaluatorFiles(root: string): { program: string; sources: string } {
  const folder = `${root}build/evaluator/`;
  return { program: `${folder}evaluator.cjs`, sources: `${folder}sources.json` };
}

let found: string | undefined;

/** The program of an evaluator process. Found once per process, in some milliseconds if run from sources. */
export function evaluatorFile(): string {
  found ??= find(ROOT, RUNS_FROM_SOURCES);
  return found;
}

/** Returns the built file, or the module that it is built from if it is missing or older than its sources. */
export function find(root: string, hasSources: boolean): string {
  const { program, sources } = evaluatorFiles(root);
  const isBuilt = existsSync(program) && existsSync(sources);
  if (isBuilt && (!hasSources || changedSource(root, sources) === undefined)) return program;
  return fileURLToPath(new URL(`./evaluator/main.${hasSources ? "ts" : "js"}`, import.meta.url));
}
