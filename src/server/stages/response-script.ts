import { type WriteMode, writeScriptChanges } from "../../domains/accounts/index.ts";
import type { Call, Services } from "../call.ts";
import { recordAnswer } from "../durable.ts";
import { responseOf } from "../respond.ts";
import { changesOf, runScript } from "./run-script.ts";
import { untilUnchanged } from "./work-with-script.ts";

/**
 * Cloud Code after the work; it sees the response as the client would. Its changes to players, and the final outcome
 * of a durable request, are one transaction of their own. Not run where the request script did not come to its end.
 */
export async function runResponseScript(services: Services, call: Call): Promise<void> {
  const name = call.known.responseName;
  if (call.refusal?.pairs.script !== undefined || !call.scripted(services.cloudCode, "response", name)) return;
  const player = call.signIn ?? call.player;
  const { scriptData, scriptErrors } = call;
  const run = async (mode: WriteMode) => {
    const mayRunAgain = mode === "checked";
    const script = { kind: "response", name, data: responseOf(call), player, mayRunAgain } as const;
    const changes = changesOf(await runScript(services, call, script));
    call.scriptChanges = changes;
    if (!changes && call.claim === undefined) return;
    await call.store.transaction(async (tx) => {
      if (changes) await writeScriptChanges(tx, player, changes, mode);
      if (call.claim !== undefined) await recordAnswer(tx, call);
    });
    call.claim?.outcomeKept(true);
  };
  await untilUnchanged(services, call, async (mode) => {
    Object.assign(call, { scriptData, scriptErrors, scriptChanges: undefined });
    call.claim?.journal.rewind(0);
    try {
      await run(mode);
    } finally {
      await call.releaseLocks();
    }
  });
}
