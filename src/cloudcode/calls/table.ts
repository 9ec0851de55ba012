import type { Call } from "./call.ts";
import { collectionCalls } from "./collections.ts";
import { digestCalls } from "./digest.ts";
import { playerCalls } from "./players.ts";

/** Every call that a script can make to the server; there are no others. */
export const calls: ReadonlyMap<string, Call> = new Map(
  [collectionCalls, digestCalls, playerCalls].flatMap((group) => Object.entries(group)),
);
