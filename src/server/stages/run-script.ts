import { nanoid } from "nanoid";
import { changesAnything, PlayerChanged, readScriptPlayer, withChanges } from "../../domains/accounts/index.ts";
import { ScriptLog } from "../../domains/script-log/index.ts";
import type { PlayerId } from "../../ids.ts";
import { CallLimitError } from "../../kernel/scripts/errors.ts";
import type { CallJournal } from "../../kernel/scripts/journal.ts";
import { hasState, type ScriptChanges, type ScriptPlayer } from "../../kernel/scripts/player.ts";
import type { ScriptKind, ScriptResult } from "../../kernel/scripts/result.ts";
import type { Call, Services } from "../call.ts";
import { notRepeatable, scriptFailed } from "../refusals.ts";
import { scriptContext } from "../script-context.ts";
import { playerForRun } from "../script-player.ts";

/**
 * Runs one of the request's scripts. A failed script sets a refusal. Costs a round trip to the script host, and a read of
 * the player if the script usually uses it. `Call.releaseLocks` releases its locks.
 * @throws PlayerChanged if it `mayRunAgain` and must; it has not written anything then
 */
export async function runScript(
  services: Services,
  call: Call,
  script: {
    kind: ScriptKind;
    name: string;
    data: Record<string, unknown>;
    player: PlayerId | undefined;
    mayRunAgain: boolean;
  },
): Promise<ScriptResult> {
  const { kind, name, data, player, mayRunAgain } = script;
  const runId = nanoid(12);
  const { stage, script: sender } = call.caller;
  const depth = sender?.depth ?? 0;
  const { changes: before } = call.scripts;
  const journal = call.claim?.held ? call.claim.journal : undefined;
  const found = journal
    ? await playerAtStart(call, script, journal)
    : await playerForRun(services.cloudCode, call.store, script);
  const run = {
    kind,
    name,
    data,
    player: hasState(found) ? withChanges(found, before?.playerChanges) : found,
    scriptData: call.scripts.data ?? {},
    scriptErrors: call.scripts.errors ?? {},
    stage,
    runId,
    depth,
  };
  let again = false;
  const runAgain = () => {
    again = true;
  };
  const context = scriptContext(services, {
    stage,
    store: call.store,
    player,
    runId,
    depth,
    caller: call.caller,
    chainLocks: call.locks.chain,
    unwritten: call.scripts,
    journal,
    releaseLater: (release) => void call.locks.releases.push(release),
    ...(mayRunAgain && { runAgain }),
  });
  call.locks.chain = context.chainLocks;
  const result = await services.cloudCode.run(run, context);
  call.scripts.data = result.scriptData;
  call.scripts.errors = result.scriptErrors;
  const outcome = again ? "again" : (result.failure?.kind ?? "ok");
  services.metrics.scriptRan(kind, name, outcome, result.durationMs / 1000);

  const about = { script: `${kind}/${name}`, scriptVersion: result.version, runId, stage, player };
  services.service(ScriptLog).write(call.store, about, result.log);
  if (again) throw new PlayerChanged();
  if (result.failure) {
    services.service(ScriptLog).writeFailure(call.store, about, result.failure);
    call.outcome.refusal = scriptFailed(name, result.failure, runId);
  }
  return result;
}

/** For a durable request: the player as of the start of the run, also if the run is resumed. */
async function playerAtStart(
  { store }: Call,
  { kind, name, player }: { kind: ScriptKind; name: string; player: PlayerId | undefined },
  journal: CallJournal,
): Promise<ScriptPlayer | null> {
  const about = `run ${kind}/${name}`;
  const before = replayed(journal, about);
  if (before) return JSON.parse(before.answer) as ScriptPlayer | null;
  const found = player === undefined ? null : await readScriptPlayer(store, player);
  journal.note({ about, answer: JSON.stringify(found) });
  return found;
}

function replayed(journal: CallJournal, about: string) {
  try {
    return journal.replay(about);
  } catch (error) {
    if (!(error instanceof CallLimitError)) throw error;
    throw notRepeatable(error.message);
  }
}

/** The run's player changes; undefined if it failed. */
export function changesOf({ failure, playerChanges, otherPlayers, wrote }: ScriptResult): ScriptChanges | undefined {
  const changes: ScriptChanges = {
    ...(playerChanges && { playerChanges }),
    ...(otherPlayers && { otherPlayers }),
    ...(wrote && { wrote }),
  };
  return !failure && changesAnything(changes) ? changes : undefined;
}
