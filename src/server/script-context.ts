import type { ScriptPlayerChanges } from "../accounts/script-view.ts";
import type { RunContext } from "../cloudcode/cloudcode.ts";
import type { Stage } from "../game/game.ts";
import type { PlayerId } from "../ids.ts";
import type { Store } from "../store/store.ts";
import type { Services } from "./call.ts";

/** What the server gives to scripts, beside the database of their stage. */
export type ScriptServices = Pick<
  Services,
  "clock" | "presence" | "passwords" | "config" | "game" | "metrics" | "log" | "cloudCode"
>;

/** One run of a script, as those who start it know it. */
export interface ScriptRunOf {
  stage: Stage;
  store: Store;
  player: PlayerId | undefined;
  runId: string;
  /** How many scripts wait for it. */
  depth: number;
  /** What an earlier script of the same request changed of players, by id, and what is not written yet. */
  pending?: Readonly<Record<string, ScriptPlayerChanges>>;
}

/** What the calls of one script run may use: the database of its stage, and what is the same for all of them. */
export function scriptContext(services: ScriptServices, run: ScriptRunOf): RunContext {
  const { clock, presence, passwords, config, game, metrics, log } = services;
  const { stage, runId } = run;
  return {
    ...run,
    clock,
    presence,
    passwords,
    config,
    game,
    onCall: (call, outcome, seconds) => metrics.scriptCalled(call, outcome, seconds),
    onFailure: (call, err, errorId) => log.error({ err, call, errorId, runId, stage }, "a script's call failed"),
  };
}
