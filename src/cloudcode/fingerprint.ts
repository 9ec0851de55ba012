import { createHash } from "node:crypto";
import type { LoadedScripts } from "./load.ts";

const known = new WeakMap<LoadedScripts, string>();

/** Returns a hash of a game's scripts, the same on every server. Cached; the first call reads every script. */
export function fingerprintOf(scripts: LoadedScripts): string {
  let fingerprint = known.get(scripts);
  if (fingerprint === undefined) {
    const hash = createHash("sha256");
    for (const key of [...scripts.byName.keys()].sort()) {
      hash.update(JSON.stringify([key, scripts.byName.get(key)!.source]));
    }
    fingerprint = hash.digest("base64url");
    known.set(scripts, fingerprint);
  }
  return fingerprint;
}
