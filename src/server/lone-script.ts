import { nanoid } from "nanoid";
import {
  changesAnything,
  PlayerChanged,
  readScriptPlayer,
  type WriteMode,
  writeScriptChanges,
} from "../accounts/script-view.ts";
import type { ObjectId } from "../bson.ts";
import type { ScriptKind, ScriptResult } from "../cloudcode/cloudcode.ts";
import { RequestError } from "../errors.ts";
import type { Stage } from "../game/game.ts";
import type { PlayerId } from "../ids.ts";
import { isRefusal } from "../store/errors.ts";
import type { Documents, Store } from "../store/store.ts";
import type { Caller, Services } from "./call.ts";
import { type ScriptServices, scriptContext } from "./script-context.ts";
import { logFailureOf, logLinesOf } from "./script-log.ts";
import { refusalMessage, TAKEN_MEANWHILE } from "./script-refusals.ts";
import { type Repeatable, untilUnchanged } from "./stages/work-with-script.ts";

export type LoneServices = ScriptServices & Pick<Services, "stores" | "playerTurns">;

export interface LoneScript {
  kind: ScriptKind;
  name: string;
  stage: Stage;
  /** What the script reads as `Spark.data`. */
  data?: Record<string, unknown>;
  player?: PlayerId | undefined;
  /** Whose connection the script sees as its own. */
  caller?: Caller;
  /** The plan that it is run for. */
  schedule?: ObjectId;
  /**
   * Written when the run is over, however it ended, in one transaction with what it changed of players: what this throws
   * undoes that too.
   */
  alongside?: (tx: Documents, result: ScriptResult) => Promise<void>;
}

export interface LoneResult extends ScriptResult {
  /** The log lines of the run have it. */
  runId: string;
}

/**
 * Runs a script that belongs to no request, such as a system script. What it changed of players is one transaction of its
 * own, and nothing where it did not come to its end. Where another script wrote these players meanwhile it is run again,
 * as a request would be (`untilUnchanged`); where that cannot be, or the store refuses what it changed however often that is
 * tried, its result is a failure. Costs a read of the player and a round trip to the script host.
 * @throws what the store does, where it may go well another time, and what `alongside` does
 */
export async function runLoneScript(services: LoneServices, script: LoneScript): Promise<LoneResult> {
  const { stage, player, alongside } = script;
  const store = services.stores.opened(stage) ?? (await services.stores.open(stage));
  const repeatable: Repeatable = { caller: { stage }, player, signIn: undefined, scriptChanges: undefined };
  let result: LoneResult | undefined;
  try {
    await untilUnchanged(services, repeatable, async (mode) => {
      const releases: (() => Promise<void>)[] = [];
      repeatable.scriptChanges = undefined;
      try {
        result = await runOnce(services, store, script, mode, releases);
        repeatable.scriptChanges = result;
        await keep(store, script, result, mode);
      } finally {
        for (const release of releases) await release();
      }
    });
  } catch (error) {
    const message = result && whyNotKept(error, result);
    if (!result || message === undefined) throw error;
    const failure = { kind: "error" as const, message };
    const failed = { ...result, failure };
    result = failed;
    logFailureOf(services, store, aboutRun(script, failed), failure);
    if (alongside) await store.transaction((tx) => alongside(tx, failed));
  }
  return result!;
}

/** Why what the script changed can never be kept; undefined where that is not what went wrong. */
function whyNotKept(error: unknown, result: LoneResult): string | undefined {
  if (error instanceof RequestError) return TAKEN_MEANWHILE;
  const wasToBeKept = !result.failure && changesAnything(result);
  return wasToBeKept && isRefusal(error) ? refusalMessage(error) : undefined;
}

async function runOnce(
  services: LoneServices,
  store: Store,
  script: LoneScript,
  mode: WriteMode,
  releases: (() => Promise<void>)[],
): Promise<LoneResult> {
  const { kind, name, stage, data = {}, player, caller, schedule } = script;
  const { cloudCode, metrics } = services;
  const runId = nanoid(12);
  let again = false;
  const context = scriptContext(services, {
    ...{ stage, store, player, runId, depth: 0 },
    ...(caller && { caller }),
    ...(schedule && { schedule }),
    releaseLater: (release) => void releases.push(release),
    ...(mode === "checked" && {
      runAgain: () => {
        again = true;
      },
    }),
  });
  const found = player === undefined ? null : await readScriptPlayer(store, player);
  const run = { kind, name, data, player: found, scriptData: {}, scriptErrors: {}, stage, runId };
  const result = { ...(await cloudCode.run(run, context)), runId };
  metrics.scriptRan(kind, name, again ? "again" : (result.failure?.kind ?? "ok"), result.durationMs / 1000);
  logLinesOf(services, store, aboutRun(script, result), result.log);
  if (again) throw new PlayerChanged();
  if (result.failure) logFailureOf(services, store, aboutRun(script, result), result.failure);
  return result;
}

async function keep(
  store: Store,
  { player, alongside }: LoneScript,
  result: LoneResult,
  mode: WriteMode,
): Promise<void> {
  const changes = result.failure || !changesAnything(result) ? undefined : result;
  if (!changes && !alongside) return;
  await store.transaction(async (tx) => {
    if (changes) await writeScriptChanges(tx, player, changes, mode);
    await alongside?.(tx, result);
  });
}

function aboutRun({ kind, name, stage, player }: LoneScript, { version, runId }: LoneResult) {
  return { script: `${kind}/${name}`, scriptVersion: version, runId, stage, player };
}
