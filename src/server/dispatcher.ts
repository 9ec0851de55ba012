import type { Caller } from "../kernel/caller.ts";
import { type Answer, Call, type Services } from "./call.ts";
import type { Frame } from "./frames.ts";
import { responseOf } from "./respond.ts";
import { checkCredential } from "./stages/check-credential.ts";
import { checkFields } from "./stages/check-fields.ts";
import { complete } from "./stages/complete.ts";
import { fail, noteCause } from "./stages/fail.ts";
import { findPlayer } from "./stages/find-player.ts";
import { findRequest } from "./stages/find-request.ts";
import { createOnce } from "./stages/once.ts";
import { openStage } from "./stages/open-stage.ts";
import { runResponseScript } from "./stages/response-script.ts";
import { workWithScripts } from "./stages/work-with-script.ts";

export type Dispatch = (caller: Caller, frame: Frame) => Promise<Answer>;

/**
 * The life of a request, whoever sent it and however it came. Size, rate and JSON were looked at where it came in; the
 * answer goes out there. Each stage is one file; a stage refuses by throwing a RequestError.
 */
export function createDispatcher(services: Services): Dispatch {
  const once = createOnce(services);

  async function run(call: Call): Promise<void> {
    findRequest(services, call);
    await openStage(services, call);
    await findPlayer(call);
    checkCredential(call);
    checkFields(call);
    complete(services, call);
    await once(call, async () => {
      await workWithScripts(services, call);
      await runResponseScript(services, call);
    });
  }

  return async function dispatch(caller, frame) {
    const startedAt = performance.now();
    const call = new Call(caller, frame);
    try {
      await run(call);
    } catch (error) {
      fail(services, call, error);
    }
    noteCause(services, call);
    const response = responseOf(call);
    const result = call.failed ? "failed" : response.error === undefined ? "ok" : "refused";
    services.metrics.requestDone(call.definition?.name, result, (performance.now() - startedAt) / 1000);
    // A game's own server that logs a player in stays what it is: the player's messages are not for its connection.
    const signIn = caller.credential.canHavePlayer ? call.signIn : undefined;
    return { response, result, signIn, endSession: call.endSession };
  };
}
