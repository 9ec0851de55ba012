import type { Caller } from "../kernel/caller.ts";
import { type Answer, Call, type Services } from "./call.ts";
import type { Frame } from "./frames.ts";
import { responseOf } from "./respond.ts";
import { runStages, type Stage, within } from "./stage.ts";
import { checkCredential } from "./stages/check-credential.ts";
import { checkFields } from "./stages/check-fields.ts";
import { complete } from "./stages/complete.ts";
import { fail, noteCause } from "./stages/fail.ts";
import { findPlayer } from "./stages/find-player.ts";
import { findRequest } from "./stages/find-request.ts";
import { createOnce } from "./stages/once.ts";
import { openStage } from "./stages/open-stage.ts";
import { perform } from "./stages/perform.ts";
import { repeatResponse, repeatWork } from "./stages/repeat.ts";
import { runEventScript, runRequestScript } from "./stages/request-script.ts";
import { keepAnswer, runResponseScript } from "./stages/response-script.ts";
import { takeLocks } from "./stages/take-locks.ts";

export type Dispatch = (caller: Caller, frame: Frame) => Promise<Answer>;

/**
 * The life of a request, by whatever door it arrives. Size, rate and JSON are checked where it arrives, and the
 * answer is sent there. Each stage is one function in `stages/`.
 */
const life = (): readonly Stage[] => [
  findRequest,
  openStage,
  findPlayer,
  checkCredential,
  checkFields,
  complete,
  // A durable request that was answered before is answered again, and nothing of it is done.
  within(
    createOnce(),
    // All of it again where another script changed the player meanwhile.
    within(
      repeatWork,
      takeLocks,
      runRequestScript,
      runEventScript,
      // The handler, what scripts changed, messages and the outcome: one transaction.
      perform,
    ),
    within(repeatResponse, runResponseScript, keepAnswer),
  ),
];

export function createDispatcher(services: Services): Dispatch {
  const stages = life();

  return async function dispatch(caller, frame) {
    const startedAt = performance.now();
    const call = new Call(caller, frame);
    try {
      await runStages(stages, services, call);
    } catch (error) {
      fail(services, call, error);
    }
    noteCause(services, call);
    const response = responseOf(call);
    const result = call.failed ? "failed" : response.error === undefined ? "ok" : "refused";
    services.metrics.requestDone(call.definition?.name, result, (performance.now() - startedAt) / 1000);
    const { signIn, endSession = false } = call.outcome;
    // A game's own server that logs a player in stays what it is: the player's messages are not for its connection.
    return { response, result, signIn: caller.credential.canHavePlayer ? signIn : undefined, endSession };
  };
}
