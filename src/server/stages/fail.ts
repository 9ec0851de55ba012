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
  call.outcome = { refusal: refusalFor(services, call, error) };
}

function refusalFor(services: Services, call: Call, error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  if (error instanceof ClientGone) return busy();
  call.failed = true;
  const request = call.definition?.name;
  const about = { err: error, request, stage: call.caller.stage, player: call.player };
  if (error instanceof PasswordsBusy || (error instanceof StoreError && error.retryable)) {
    services.log.warn(about, "a request found the server busy");
    return busy();
  }
  if (error instanceof StoreError && error.code === "DAMAGED") {
    services.log.error(about, "a request met the damaged data file");
    return damaged();
  }
  const errorId = nanoid(12);
  services.log.error({ ...about, errorId }, "a request failed");
  return internal(errorId);
}

/** Of a refusal only its cause is logged, where it has one: what an operator would want to know and a client must not. */
export function noteCause(services: Services, call: Call): void {
  const cause = call.outcome.refusal?.cause;
  if (cause === undefined) return;
  const about = { request: call.definition?.name, stage: call.caller.stage, player: call.player };
  services.log.warn({ ...about, err: cause }, "a request was refused");
}
