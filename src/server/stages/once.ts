import { setTimeout as sleep } from "node:timers/promises";
import { KeyedMutex } from "../../queues/keyed-mutex.ts";
import { isDuplicateKey } from "../../store/errors.ts";
import type { Call, Services } from "../call.ts";
import { durableIdOf, putOutcome, recall } from "../durable.ts";
import { Claim } from "../durable-claim.ts";
import { ClaimLost } from "../durable-journal.ts";
import { busy } from "../refusals.ts";
import type { Section } from "../stage.ts";
import { scriptsBefore } from "./request-script.ts";

/** How often, and for how long, to check whether another server has completed the request. */
const POLL_MS = 100;
const LONGEST_WAIT_MS = 30_000;

type Work = () => Promise<void>;

/**
 * Runs `work` unless this is a durable request with a stored outcome. Repeats on the same server wait for the first. On
 * another server they wait for its claim and resume the work if the claim expires; without scripts there is no claim,
 * and they fail with a duplicate key instead.
 */
export function createOnce(): Section["around"] {
  const running = new KeyedMutex();

  return async function once(services, call, work) {
    const id = durableIdOf(call);
    if (id === undefined) return work();
    await running.run(`${call.caller.stage}:${id}`, () => untilAnswered(services, call, id, work));
  };
}

async function untilAnswered(services: Services, call: Call, id: string, work: Work): Promise<void> {
  const until = performance.now() + LONGEST_WAIT_MS;
  while (performance.now() < until) {
    if (await isAnswered(services, call, id, work)) return;
  }
  throw busy();
}

/** One attempt. Returns false if another server has the claim or was faster, so the caller tries again. */
async function isAnswered(services: Services, call: Call, id: string, work: Work): Promise<boolean> {
  const claim = new Claim(services, call.store, id);
  call.claim = claim;
  const kept = await recall(call);
  if (kept?.answered) {
    putOutcome(call, kept.outcome);
    return true;
  }
  if (kept && !claim.isFree(kept)) {
    await sleep(POLL_MS);
    return false;
  }
  try {
    if (!kept && scriptsBefore(services, call).length === 0) await work();
    else {
      const claimed = await claim.acquire();
      if (!claimed) return false;
      putOutcome(call, claimed.outcome);
      // If the server crashed before the response script, `work` only runs that.
      await work();
    }
    return !claim.lost;
  } catch (error) {
    if (error instanceof ClaimLost) return false;
    if (!claim.held && isDuplicateKey(error) && (await recall(call))) return false;
    throw error;
  } finally {
    await claim.release();
  }
}
