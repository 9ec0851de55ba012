import { changesAnything, mergeChanges, PlayerChanged, writeScriptChanges } from "../../domains/accounts/index.ts";
import { object } from "../../kernel/scripts/arguments.ts";
import { type Call, type CallScope, writeExactly } from "../../kernel/scripts/call.ts";
import { CallError, RunAgain } from "../../kernel/scripts/errors.ts";
import type { ScriptChanges, ScriptPlayerChanges } from "../../kernel/scripts/player.ts";
import { readPlayerChanges } from "../result.ts";

export const flushCalls: Record<string, Call> = {
  /** `PlayerOutput` by player id: what the run changed so far */
  "players.flush": writeExactly(async (scope, [outputs]) => writePlayers(scope, changesOf(scope, outputs))),
};

/**
 * Writes what earlier scripts of the same request and the run itself changed of players: one transaction, all of it or
 * nothing. Where a player is no longer as it was read, the run is begun again as long as it wrote nothing before; later
 * its changes are merged.
 * @throws RunAgain
 * @throws CallError where a player has less by now than was to be taken away
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
    if (!again) throw new CallError("A player has less by now than was to be taken away.");
    again();
    throw new RunAgain("The script is run again, as another one changed its player meanwhile.");
  }
  if (unwritten) unwritten.changes = undefined;
}

function changesOf({ player }: CallScope, outputs: unknown): ScriptChanges {
  const changes: ScriptChanges & { otherPlayers: Record<string, ScriptPlayerChanges> } = { otherPlayers: {} };
  for (const [id, output] of Object.entries(object(outputs, "outputs"))) {
    const one = readPlayerChanges(output);
    if (one === "unreadable") throw new CallError("The changes of players cannot be read.");
    if (!one) continue;
    if (id === player) changes.playerChanges = one;
    else changes.otherPlayers[id] = one;
  }
  return changes;
}
