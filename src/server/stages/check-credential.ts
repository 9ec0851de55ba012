import type { Call, Services } from "../call.ts";
import { forbidden } from "../refusals.ts";

/** The game's settings say which requests a credential may send. */
export function checkCredential(_services: Services, call: Call): void {
  const { credential } = call.caller;
  if (!credential.allows(call.known.name)) throw forbidden(credential.name, "this request");
}
