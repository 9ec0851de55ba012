import { writeScriptChanges } from "../../domains/accounts/index.ts";
import type { Call, Services } from "../call.ts";
import { recordAnswer } from "../durable.ts";
import { responseOf } from "../respond.ts";
import { changesOf, runScript } from "./run-script.ts";

/** Skipped if a script before the work failed. */
export function hasResponseScript({ cloudCode }: Services, call: Call): boolean {
  return (
    call.outcome.refusal?.pairs.script === undefined && call.scripted(cloudCode, "response", call.known.responseName)
  );
}

/** Runs after the work and sees the response as the client would. */
export async function runResponseScript(services: Services, call: Call): Promise<void> {
  const mayRunAgain = call.scripts.mode === "checked";
  const script = { kind: "response", name: call.known.responseName, data: responseOf(call), mayRunAgain } as const;
  call.scripts.changes = changesOf(await runScript(services, call, { ...script, player: playerAfter(call) }));
}

/** Writes the player changes and the final outcome of a durable request in one transaction. */
export async function keepAnswer(_services: Services, call: Call): Promise<void> {
  const { changes, mode } = call.scripts;
  if (changes || call.claim !== undefined) {
    await call.store.transaction(async (tx) => {
      if (changes) await writeScriptChanges(tx, playerAfter(call), changes, mode);
      if (call.claim !== undefined) await recordAnswer(tx, call);
    });
  }
  call.claim?.outcomeKept(true);
}

/** After a login: the player who logged in. */
const playerAfter = ({ outcome, player }: Call) => outcome.signIn ?? player;
