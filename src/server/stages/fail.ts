import { nanoid } from "nanoid";
import { PasswordsBusy } from "../../domains/accounts/index.ts";
import { RequestError } from "../../errors.ts";
import { StoreError } from "../../store/errors.ts";
import type { Call, Services } from "../call.ts";
import { ClientGone } from "../client-gone.ts";
import { busy, damaged, internal } from "../refusals.ts";

/**
 * Turns what was thrown into the call's refusal. What is no refusal is a failure of the server: it is logged under an
 * id, and the id is all that the client is told of it.
 */
export function fail(services: Services, call: Call, error: unknown): void {
  call.response = undefined;
  call.signIn = undefined;
  call.authToken = undefined;
  call.endSession = false;
  if (error instanceof RequestError) {
    call.refusal = error;
    return;
  }
  if (error instanceof ClientGone) {
    call.refusal = busy();
    return;
  }
  call.failed = true;
  const request = call.definition?.name;
  const about = { err: error, request, stage: call.caller.stage, player: call.player };
  if (error instanceof PasswordsBusy || (error instanceof StoreError && error.retryable)) {
    services.log.warn(about, "a request found the server busy");
    call.refusal = busy();
    return;
  }
  if (error instanceof StoreError && error.code === "DAMAGED") {
    services.log.error(about, "a request met the damaged data file");
    call.refusal = damaged();
    return;
  }
  const errorId = nanoid(12);
  services.log.error({ ...about, errorId }, "a request failed");
  call.refusal = internal(errorId);
}

/** Of a refusal only its cause is logged, where it has one: what an operator would want to know and a client must not. */
export function noteCause(services: Services, call: Call): void {
  if (call.refusal?.cause === undefined) return;
  const about = { request: call.definition?.name, stage: call.caller.stage, player: call.player };
  services.log.warn({ ...about, err: call.refusal.cause }, "a request was refused");
}
