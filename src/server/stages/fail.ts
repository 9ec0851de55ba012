import { nanoid } from "nanoid";
import { PasswordsBusy } from "../../domains/accounts/index.ts";
import { RequestError } from "../../errors.ts";
import { StoreError } from "../../store/errors.ts";
import type { Call, Services } from "../call.ts";
import { ClientGone } from "../client-gone.ts";
import { busy, damaged, internal } from "../refusals.ts";

/** Anything but a refusal is a server failure: it is logged under an id, and the client only gets that id. */
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
    services.log.warn(about, "request failed: the server is busy");
    return busy();
  }
  if (error instanceof StoreError && error.code === "DAMAGED") {
    services.log.error(about, "request failed: the data file is damaged");
    return damaged();
  }
  const errorId = nanoid(12);
  services.log.error({ ...about, errorId }, "request failed");
  return internal(errorId);
}

/** Logs the cause of a refusal, which the client must not see. */
export function noteCause(services: Services, call: Call): void {
  const cause = call.outcome.refusal?.cause;
  if (cause === undefined) return;
  const about = { request: call.definition?.name, stage: call.caller.stage, player: call.player };
  services.log.warn({ ...about, err: cause }, "request refused");
}
