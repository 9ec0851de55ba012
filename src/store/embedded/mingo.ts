import { createRequire } from "node:module";

/** `mingo` takes 0.1 s to load, so it waits for the first query that needs it. */
type Mingo = typeof import("mingo");
let loaded: Mingo | undefined;

export function mingo(): Mingo {
  loaded ??= createRequire(import.meta.url)("mingo") as Mingo;
  return loaded;
}

/** Functions of the host's own JavaScript are never run. */
export const MINGO_OPTIONS = { scriptEnabled: false } as const;
