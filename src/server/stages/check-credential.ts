import type { Call, Services } from "../call.ts";
import { forbidden } from "../refusals.ts";

export function checkCredential(_services: Services, call: Call): void {
  const { credential } = call.caller;
  if (!credential.allows(call.known.name)) throw forbidden(credential.name, "this request");
}
