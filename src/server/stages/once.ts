import { isDuplicateKey } from "../../store/errors.ts";
import type { Call, Services } from "../call.ts";
import { durableIdOf, recall } from "../durable.ts";
import { runResponseScript } from "./response-script.ts";

/** Durable requests being worked on in this process, by stage and id. */
const underWay = new Map<string, Promise<void>>();

/**
 * Does `work`, unless this is a durable request whose outcome is kept: then that is the answer. Repeats that arrive
 * while the first is worked on wait for it; on another node they meet its duplicate key.
 */
export async function once(services: Services, call: Call, work: () => Promise<void>): Promise<void> {
  call.durableId = durableIdOf(call);
  if (call.durableId === undefined) return work();

  const key = `${call.caller.stage}:${call.durableId}`;
  while (underWay.has(key)) await underWay.get(key);
  const done = Promise.withResolvers<void>();
  underWay.set(key, done.promise);
  try {
    if (await answerAgain(services, call)) return;
    await work().catch(async (error) => {
      if (!isDuplicateKey(error) || !(await answerAgain(services, call))) throw error;
    });
  } finally {
    underWay.delete(key);
    done.resolve();
  }
}

/** Answers from the kept outcome. The server may have died before the response script ran: then it runs now. */
async function answerAgain(services: Services, call: Call): Promise<boolean> {
  const kept = await recall(call);
  if (kept?.answered === false) await runResponseScript(services, call);
  return kept !== undefined;
}
