import { PlayerChanged, type WriteMode } from "../../domains/accounts/index.ts";
import { RequestError } from "../../errors.ts";
import type { Caller } from "../../kernel/caller.ts";
import type { Call, Services } from "../call.ts";
import { admit, admits } from "./admit.ts";
import { perform } from "./perform.ts";
import { runRequestScripts, scriptsBefore } from "./request-script.ts";

/** How often a script is run again because another one wrote its player meanwhile. */
const MAX_REPEATS = 40;

/** What scripts run for: a request, or something that is none. */
export interface Repeatable extends Pick<Call, "player" | "signIn" | "scriptChanges"> {
  readonly caller: Pick<Caller, "stage" | "script">;
}

/** The scripts and the work, in which what they changed is written; all of it again where that no longer holds. */
export function workWithScripts(services: Services, call: Call): Promise<void> {
  const isPlain = scriptsBefore(services, call).length === 0 && !admits(call);
  if (isPlain) return perform(services, call, "checked");
  return untilUnchanged(services, call, async (mode) => {
    call.scriptData = undefined;
    call.scriptErrors = undefined;
    call.scriptChanges = undefined;
    call.claim?.journal.rewind(0);
    try {
      await admit(services, call, mode);
      if (!call.refusal) await runRequestScripts(services, call, mode);
      await perform(services, call, mode);
    } finally {
      await call.releaseLocks();
    }
  });
}

/**
 * Does `work`, and again where it throws PlayerChanged: it read a player that another script wrote before its own
 * changes were written. So two scripts that change one player at once are as if one ran after the other. The last
 * attempt merges the changes member by member. A script that wrote something else already is not run again: its changes
 * are merged at once. A request that a script sent never waits for its turn, which may be that of its own sender. What was
 * taken from a player and is not there refuses as `script: CONFLICT` in the end.
 */
export async function untilUnchanged(
  { playerTurns: turns }: Pick<Services, "playerTurns">,
  call: Repeatable,
  work: (mode: WriteMode) => Promise<void>,
): Promise<void> {
  const player = call.signIn ?? call.player;
  const key = `${call.caller.stage}:${player}`;
  if (turns.pending(key) === 0 || call.caller.script) {
    try {
      return await work("checked");
    } catch (error) {
      if (!(error instanceof PlayerChanged)) throw error;
      if (call.scriptChanges?.wrote) throw conflict(error);
    }
  }
  if (player === undefined || call.caller.script) return repeat(call, work);
  return turns.run(key, () => repeat(call, work));
}

async function repeat(call: Repeatable, work: (mode: WriteMode) => Promise<void>): Promise<void> {
  for (let repeats = 1; ; repeats++) {
    try {
      return await work(repeats < MAX_REPEATS ? "checked" : "merged");
    } catch (error) {
      if (!(error instanceof PlayerChanged)) throw error;
      if (call.scriptChanges?.wrote || repeats === MAX_REPEATS) throw conflict(error);
    }
  }
}

/** What the script took away is no longer there, and the script cannot be run again. */
function conflict(cause: PlayerChanged): RequestError {
  const detail = "What a script of the game took from a player was taken by another one meanwhile. Send it again.";
  return new RequestError({ script: "CONFLICT", detail }, {}, cause);
}
