import type { Call, Services } from "../call.ts";
import { classOf } from "../frames.ts";
import { badRequestId, unknownClass } from "../refusals.ts";
import { echoOf, MAX_REQUEST_ID_LENGTH } from "../request-id.ts";

export function findRequest(services: Services, call: Call): void {
  const name = classOf(call.frame);
  call.definition = services.requests.get(name);
  if (!call.definition) throw unknownClass();
  const { requestId } = call.frame;
  if (requestId !== undefined && requestId !== null && echoOf(call.frame) === undefined)
    throw badRequestId(MAX_REQUEST_ID_LENGTH);
}
