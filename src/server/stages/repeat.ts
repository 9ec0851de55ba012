import type { Call, Services } from "../call.ts";
import type { Section } from "../stage.ts";
import { untilUnchanged } from "../until-unchanged.ts";
import { scriptsBefore } from "./request-script.ts";
import { hasResponseScript } from "./response-script.ts";
import { needsLocks } from "./take-locks.ts";

/**
 * Repeats the work and the scripts before it if another script changed the player. Skipped if the work was already
 * done.
 */
export const repeatWork: Section["around"] = async (services, call, run) => {
  if (call.isPerformed) return;
  const isPlain = scriptsBefore(services, call).length === 0 && !needsLocks(call);
  await (isPlain ? run() : repeated(services, call, run));
};

export const repeatResponse: Section["around"] = async (services, call, run) => {
  if (hasResponseScript(services, call)) await repeated(services, call, run);
};

function repeated({ playerTurns }: Services, call: Call, run: () => Promise<void>): Promise<void> {
  const before = call.scripts;
  const repeatable = {
    stage: call.caller.stage,
    player: call.outcome.signIn ?? call.player,
    isNested: call.caller.script !== undefined,
    wrote: () => call.scripts.changes?.wrote === true,
  };
  return untilUnchanged(playerTurns, repeatable, async (mode) => {
    call.scripts = { ...before, changes: undefined, mode };
    call.claim?.journal.rewind(0);
    try {
      await run();
    } finally {
      await call.releaseLocks();
    }
  });
}
