import { changesAnything, mergeChanges, PlayerChanged, writeScriptChanges } from "../../domains/accounts/index.ts";
import { object } from "../../kernel/scripts/arguments.ts";
import { type Call, type CallScope, writeExactly } from "../../kernel/scripts/call.ts";
import { CallError, RunAgain } from "../../kernel/scripts/errors.ts";
import type { ScriptChanges, ScriptPlayerChanges } from "../../kernel/scripts/player.ts";
import { readPlayerChanges } from "../result.ts";

export const flushCalls: Record<string, Call> = {
  /** `PlayerOutput` by player id */
  "players.flush": writeExactly(async (scope, [outputs]) => writePlayers(scope, changesOf(scope, outputs))),
};

/**
 * Writes the changes of players by this run and earlier scripts of its request, in one transaction. If a player has
 * changed meanwhile, the run is restarted; a run that has written something merges its changes instead.
 * @throws RunAgain
 * @throws CallError if a player no longer has an amount that is to be taken away
 */
export async function writePlayers(scope: CallScope, changes?: ScriptChanges): Promise<void> {
  const { store, player, unwritten, runAgain, wroteBefore } = scope;
  const all = mergeChanges(unwritten?.changes, changes);
  if (!all || !changesAnything(all)) return;
  const again = wroteBefore || all.wrote ? undefined : runAgain;
  try {
    await store.transaction((tx) => writeScriptChanges(tx, player, all, again ? "checked" : "merged"));
  } catch (error) {
    if (!(error instanceof PlayerChanged)) throw error;
    if (!again) throw new CallError("A player no longer has the amount that is to be taken away.");
    again();
    throw new RunAgain("The script is run again, as its player was changed in the meantime.");
  }
  if (unwritten) unwritten.changes = undefined;
}

function changesOf({ player }: CallScope, outputs: unknown): ScriptChanges {
  const changes: ScriptChanges & { otherPlayers: Record<string, ScriptPlayerChanges> } = { otherPlayers: {} };
  for (const [id, output] of Object.entries(object(outputs, "outputs"))) {
    const one = readPlayerChanges(output);
    if (one === "unreadable") throw new CallError("The changes of players are malformed.");
    if (!one) continue;
    if (id === player) changes.playerChanges = one;
    else changes.otherPlayers[id] = one;
  }
  return changes;
}
