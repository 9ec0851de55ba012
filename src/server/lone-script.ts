import { nanoid } from "nanoid";
import { readScriptPlayer, writeScriptChanges } from "../accounts/script-view.ts";
import type { ScriptKind, ScriptResult } from "../cloudcode/cloudcode.ts";
import type { Stage } from "../game/game.ts";
import type { PlayerId } from "../ids.ts";
import type { Services } from "./call.ts";
import { type ScriptServices, scriptContext } from "./script-context.ts";

export interface LoneScript {
  kind: ScriptKind;
  name: string;
  stage: Stage;
  /** What the script reads as `Spark.data`. */
  data?: Record<string, unknown>;
  player?: PlayerId | undefined;
}

/**
 * Runs a script that belongs to no request, such as a system script. What it changed of players is one transaction of its
 * own, merged with what others changed meanwhile; nothing where it did not come to its end.
 */
export async function runLoneScript(
  services: ScriptServices & Pick<Services, "stores">,
  { kind, name, stage, data = {}, player }: LoneScript,
): Promise<ScriptResult> {
  const { cloudCode, log, metrics, stores } = services;
  const store = stores.opened(stage) ?? (await stores.open(stage));
  const runId = nanoid(12);
  const found = player === undefined ? null : await readScriptPlayer(store, player);
  const run = { kind, name, data, player: found, scriptData: {}, scriptErrors: {}, stage, runId };
  const result = await cloudCode.run(run, scriptContext(services, { stage, store, player, runId, depth: 0 }));
  const { failure, version: scriptVersion } = result;
  metrics.scriptRan(kind, name, failure?.kind ?? "ok", result.durationMs / 1000);
  const about = { script: `${kind}/${name}`, scriptVersion, runId, stage, player };
  for (const line of result.log) log[line.level]({ ...about, scriptLog: line.message }, "script log");
  if (failure) log.error({ ...about, failure }, "a script did not come to its end");
  else await store.transaction((tx) => writeScriptChanges(tx, player, result, "merged"));
  return result;
}
