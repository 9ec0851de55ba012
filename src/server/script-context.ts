import type { RunContext } from "../cloudcode/cloudcode.ts";
import type { Stage } from "../game/game.ts";
import type { Store } from "../store/store.ts";
import type { Services } from "./call.ts";

/** What the calls of one script run may use: the database of its stage, and what is the same for all of them. */
export function scriptContext(
  { clock, presence, passwords, metrics, log }: Pick<Services, "clock" | "presence" | "passwords" | "metrics" | "log">,
  stage: Stage,
  store: Store,
  runId: string,
): RunContext {
  return {
    stage,
    store,
    clock,
    presence,
    passwords,
    onCall: (call, outcome, seconds) => metrics.scriptCalled(call, outcome, seconds),
    onFailure: (call, err, errorId) => log.error({ err, call, errorId, runId, stage }, "a script's call failed"),
  };
}
