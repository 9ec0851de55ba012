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

/** The stages of a request. The transport checks size, rate and JSON before, and sends the response after. */
const requestStages = (): readonly Stage[] => [
  findRequest,
  openStage,
  findPlayer,
  checkCredential,
  checkFields,
  complete,
  // A repeated durable request gets its stored response without any further work.
  within(
    createOnce(),
    // Repeated if another script changed the player in the meantime.
    within(
      repeatWork,
      takeLocks,
      runRequestScript,
      runEventScript,
      // The handler, script changes, messages and outcome in one transaction.
      perform,
    ),
    within(repeatResponse, runResponseScript, keepAnswer),
  ),
];

export function createDispatcher(services: Services): Dispatch {
  const stages = requestStages();

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
    // A game server that logs a player in keeps its own identity and does not receive the player's messages.
    return { response, result, signIn: caller.credential.canHavePlayer ? signIn : undefined, endSession };
  };
}
