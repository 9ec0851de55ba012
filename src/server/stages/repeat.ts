import type { Call, Services } from "../call.ts";
import type { Section } from "../stage.ts";
import { untilUnchanged } from "../until-unchanged.ts";
import { scriptsBefore } from "./request-script.ts";
import { hasResponseScript } from "./response-script.ts";
import { takesLocks } from "./take-locks.ts";

/**
 * Around the work of a request and the scripts before it: all of it again where another script wrote the player before
 * their changes were written. Where there are no scripts and no locks the work is done once. Nothing where a durable
 * request's work was done by an earlier attempt.
 */
export const repeatWork: Section["around"] = async (services, call, run) => {
  if (call.isPerformed) return;
  const isPlain = scriptsBefore(services, call).length === 0 && !takesLocks(call);
  await (isPlain ? run() : repeated(services, call, run));
};

/** The same around the response script; nothing where there is none to run. */
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
