import { text, whole } from "../../kernel/scripts/arguments.ts";
import { type Call, local } from "../../kernel/scripts/call.ts";

/** Within the range of timers. A wait ends with its run at the latest. */
const MAX_WAIT_MS = 3_600_000;

/** Locks are not data: a restarted run holds none, so these calls count as neither read nor write. */
export const lockCalls: Record<string, Call> = {
  "lock.take": local(async ({ locks }, [name, tryMs]) =>
    locks.acquire(text(name, "lockName"), Math.min(whole(tryMs, "tryMillis"), MAX_WAIT_MS)),
  ),

  "lock.release": local(async ({ locks }, [name]) => locks.release(text(name, "lockName"), "once")),

  "lock.releaseFully": local(async ({ locks }, [name]) => locks.release(text(name, "lockName"), "fully")),
};
