import { text, whole } from "../../kernel/scripts/arguments.ts";
import { type Call, local } from "../../kernel/scripts/call.ts";

/** A wait for a lock ends with its run at the latest; this is what timers take. */
const LONGEST_MS = 3_600_000;

/** The first argument is the name. Locks are no data: a run that is begun again has none of them, so nothing is written. */
export const lockCalls: Record<string, Call> = {
  /** milliseconds to try */
  "lock.take": local(async ({ locks }, [name, tryMs]) =>
    locks.acquire(text(name, "lockName"), Math.min(whole(tryMs, "tryMillis"), LONGEST_MS)),
  ),

  "lock.release": local(async ({ locks }, [name]) => locks.release(text(name, "lockName"), "once")),

  "lock.releaseFully": local(async ({ locks }, [name]) => locks.release(text(name, "lockName"), "fully")),
};
