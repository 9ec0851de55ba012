import { applyScriptChanges } from "../../accounts/script-view.ts";
import type { Documents } from "../../store/store.ts";
import type { Call, Services } from "../call.ts";
import { recordAnswer } from "../durable.ts";
import { responseOf } from "../respond.ts";
import { runScript } from "./run-script.ts";

/**
 * Cloud Code after the work; it sees the response as the client would. Its changes to the player, and the final outcome
 * of a durable request, are one transaction of their own. Not run where the request script did not come to its end.
 */
export async function runResponseScript(services: Services, call: Call): Promise<void> {
  const name = call.known.responseName;
  if (call.refusal?.pairs.script !== undefined || !services.cloudCode.has("response", name)) return;
  const player = call.signIn ?? call.player;
  const result = await runScript(services, call, { kind: "response", name, data: responseOf(call), player });

  const changes = result.failure ? undefined : result.playerChanges;
  if (!changes && call.durableId === undefined) return;
  const write = async (documents: Documents) => {
    if (changes && player !== undefined) await applyScriptChanges(documents, player, changes);
    if (call.durableId !== undefined) await recordAnswer(documents, call);
  };
  await call.store.transaction(write);
}
