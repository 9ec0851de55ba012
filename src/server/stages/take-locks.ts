import { LocksFull } from "../../cluster/locks.ts";
import { NO_MAILBOX } from "../../domains/messages/index.ts";
import { ChainLocks } from "../../kernel/scripts/locks.ts";
import type { Admission, PlayerContext } from "../../requests/definition.ts";
import type { Call, Services } from "../call.ts";
import { ClientGone } from "../client-gone.ts";
import { contextOf, refuse } from "./perform.ts";

/** Maximum wait for a lock, which is held as long as scripts run. */
const LOCK_MS = 10_000;

export function needsLocks({ known }: Call): boolean {
  return "admit" in known && known.admit !== undefined;
}

/** Runs the request's `admit`. Its locks are shared with the scripts and released by `Call.releaseLocks`. */
export async function takeLocks(services: Services, call: Call): Promise<void> {
  const { known } = call;
  if (!("admit" in known) || !known.admit) return;
  call.admitted = undefined;
  const context = contextOf(services, call, call.store, NO_MAILBOX) as PlayerContext;
  try {
    call.admitted = await known.admit(context, call.request!, admissionOf(services, call));
  } catch (error) {
    await refuse(services, call, error);
  }
}

function admissionOf({ locks }: Services, call: Call): Admission {
  const { stage, script, gone } = call.caller;
  return {
    async lock(name) {
      const chain = call.locks.chain ?? script?.chainLocks ?? new ChainLocks(locks, stage);
      call.locks.chain = chain;
      try {
        // After a disconnect the request still gets free locks: some clients disconnect right after their last request.
        const has = gone?.aborted ? await chain.acquire(name, 0) : await chain.acquire(name, LOCK_MS, gone);
        if (!has && gone?.aborted) throw new ClientGone(`The client disconnected while waiting for ${name}.`);
        if (!has) return false;
      } catch (error) {
        if (error instanceof LocksFull) return false;
        throw error;
      }
      call.locks.releases.push(() => chain.release(name, 1));
      return true;
    },
  };
}
