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

/** So often it is looked whether another server has done it, and for so long. */
const POLL_MS = 100;
const LONGEST_WAIT_MS = 30_000;

type Work = () => Promise<void>;

/**
 * Does `work`, unless this is a durable request whose outcome is kept: then that is the answer. Repeats that arrive at
 * the same server while the first is worked on wait for it. At another server they meet its claim, where it has scripts,
 * wait for the outcome, and continue the work where the claim expires; else they meet its duplicate key.
 */
export function createOnce(): Section["around"] {
  /** Durable requests, by stage and id. */
  const underWay = new KeyedMutex();

  return async function once(services, call, work) {
    const id = durableIdOf(call);
    if (id === undefined) return work();
    await underWay.run(`${call.caller.stage}:${id}`, () => untilAnswered(services, call, id, work));
  };
}

async function untilAnswered(services: Services, call: Call, id: string, work: Work): Promise<void> {
  const until = performance.now() + LONGEST_WAIT_MS;
  while (performance.now() < until) {
    if (await isAnswered(services, call, id, work)) return;
  }
  throw busy();
}

/** One attempt. False where another server is at it, or was quicker: then it is to be tried again. */
async function isAnswered(services: Services, call: Call, id: string, work: Work): Promise<boolean> {
  const claim = new Claim(services, call.store, id);
  call.claim = claim;
  const kept = await recall(call);
  if (kept?.answered) {
    putOutcome(call, kept.outcome);
    return true;
  }
  if (kept && !claim.mayTake(kept)) {
    await sleep(POLL_MS);
    return false;
  }
  try {
    if (!kept && scriptsBefore(services, call).length === 0) await work();
    else {
      const taken = await claim.take();
      if (!taken) return false;
      putOutcome(call, taken.outcome);
      // The server may have died before the response script ran: then only that is left to do.
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
