import { nanoid } from "nanoid";
import { changesAnything, PlayerChanged, type WriteMode, writeScriptChanges } from "../domains/accounts/index.ts";
import { ScriptLog } from "../domains/script-log/index.ts";
import { RequestError } from "../errors.ts";
import type { Stage } from "../game/game.ts";
import { DEDUCTION_CONFLICT, refusalMessage } from "../kernel/script-refusals.ts";
import type { LoneResult, LoneScript, ScriptRunner, SingleResult, SingleRun } from "../kernel/scripts/runner.ts";
import { isRefusal } from "../store/errors.ts";
import type { Store } from "../store/store.ts";
import type { Services } from "./call.ts";
import { type ScriptServices, scriptContext } from "./script-context.ts";
import { playerForRun } from "./script-player.ts";
import { untilUnchanged } from "./until-unchanged.ts";

type RunnerServices = ScriptServices & Pick<Services, "stores" | "playerTurns">;

export function createScriptRunner(services: RunnerServices): ScriptRunner {
  const { cloudCode } = services;
  return {
    has: (kind, name) => cloudCode.has(kind, name),
    fingerprint: () => cloudCode.fingerprint?.() ?? "",
    run: (script) => runLoneScript(services, script),
    runOnce: async (run) => runOnce(services, await storeOf(services, run.stage), run),
  };
}

async function storeOf({ stores }: RunnerServices, stage: Stage): Promise<Store> {
  return stores.opened(stage) ?? (await stores.open(stage));
}

async function runLoneScript(services: RunnerServices, script: LoneScript): Promise<LoneResult> {
  const { stage, player, alongside } = script;
  const store = await storeOf(services, stage);
  let wrote = false;
  const repeatable = { stage, player, isNested: false, wrote: () => wrote };
  let result: SingleResult | undefined;
  try {
    await untilUnchanged(services.playerTurns, repeatable, async (mode) => {
      const releases: (() => Promise<void>)[] = [];
      wrote = false;
      try {
        const releaseLater = (release: () => Promise<void>) => void releases.push(release);
        result = await runOnce(services, store, { ...script, releaseLater, isRepeatable: mode === "checked" });
        if (result.failure) result.logFailure(result.failure);
        wrote = result.wrote === true;
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
    failed.logFailure(failure);
    if (alongside) await store.transaction((tx) => alongside(tx, failed));
  }
  return result!;
}

/** Why the script's changes can never be written; undefined for other errors. */
function whyNotKept(error: unknown, result: LoneResult): string | undefined {
  if (error instanceof RequestError) return DEDUCTION_CONFLICT;
  const wasToBeKept = !result.failure && changesAnything(result);
  return wasToBeKept && isRefusal(error) ? refusalMessage(error) : undefined;
}

async function runOnce(services: RunnerServices, store: Store, script: SingleRun): Promise<SingleResult> {
  const { kind, name, stage, data = {}, player, caller, schedule, playerIds, releaseLater, isRepeatable } = script;
  const { scriptData = {}, scriptErrors = {}, messageDepth, about } = script;
  const { cloudCode, metrics } = services;
  const scriptLog = services.service(ScriptLog);
  const runId = nanoid(12);
  let again = false;
  const context = scriptContext(services, {
    ...{ stage, store, player, runId, depth: 0, releaseLater },
    ...(messageDepth !== undefined && { messageDepth }),
    ...(caller && { caller }),
    ...(schedule && { schedule }),
    ...(isRepeatable && {
      runAgain: () => {
        again = true;
      },
    }),
  });
  const run = {
    kind,
    name,
    data,
    player: await playerForRun(cloudCode, store, { kind, name, player }),
    scriptData,
    scriptErrors,
    stage,
    runId,
    ...(playerIds && { playerIds }),
  };
  const result = await cloudCode.run(run, context);
  metrics.scriptRan(kind, name, again ? "again" : (result.failure?.kind ?? "ok"), result.durationMs / 1000);
  const logged = { script: `${kind}/${name}`, scriptVersion: result.version, runId, stage, player, ...about };
  scriptLog.write(store, logged, result.log);
  if (again) throw new PlayerChanged();
  return { ...result, runId, logFailure: (failure) => scriptLog.writeFailure(store, logged, failure) };
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
