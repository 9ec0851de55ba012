import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What `npm run build:sandbox` makes from the sources, and the hashes that tell whether it is out of date. */

/** Root of the repository or of the published package. */
export const ROOT = fileURLToPath(new URL("../", import.meta.url));
export const RUNS_FROM_SOURCES = import.meta.url.endsWith(".ts");

/** Path of a source that was changed or removed since the build. `hashes` is a JSON file of hashes by path. */
export function changedSource(root: string, hashes: string): string | undefined {
  const built = JSON.parse(readFileSync(hashes, "utf8")) as Record<string, string>;
  return Object.keys(built).find(
    (path) => !existsSync(root + path) || hashOf(readFileSync(root + path)) !== built[path],
  );
}

export function hashOf(source: string | Buffer): string {
  return createHash("sha256").update(source).digest("hex");
}
