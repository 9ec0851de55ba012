import type { PlayerInput } from "../protocol.ts";
import { askHost, callHost } from "./host.ts";
import { OriginalError, stringify } from "./originals.ts";
import { forgetChanges, type PlayerState, playerOutput, updatePlayer } from "./player.ts";
import { liveRun, type Run } from "./run.ts";

/** Keeps the players of a run consistent with changes that others make while it runs. */

/** Returns the current state. Asks the server if it is stale. Only the run's own player can be unknown. */
export function currentPlayer(state: PlayerState): PlayerState {
  const run = liveRun();
  if (state === run.player) run.playerUsed = true;
  if (!state.stale) return state;
  const found = state.known ? askHost("player.load", `,${stringify(state.playerId)}`) : askHost("player.own", "");
  if (found !== null) updatePlayer(state, found as PlayerInput);
  else if (!state.known) throw new OriginalError("The player was deleted.");
  // A deleted player keeps the last known state.
  state.stale = false;
  return state;
}

/**
 * Writes the run's changes of players and marks all players as stale, before something else works on players. The
 * changes persist even if the run fails later.
 */
export function flushPlayers(): void {
  const run = liveRun();
  const changes = changesJson(run);
  if (changes !== "") callHost("players.flush", `,{${changes}}`);
  if (run.player !== null) release(run.player);
  for (const id in run.players) release(run.players[id]!);
}

function release(state: PlayerState): void {
  if (state.changed) forgetChanges(state);
  state.stale = true;
}

function changesJson({ player, players }: Run): string {
  let text = player?.changed ? `${stringify(player.playerId)}:${playerOutput(player)}` : "";
  for (const id in players) {
    const other = players[id]!;
    if (other.changed) text += `${text === "" ? "" : ","}${stringify(id)}:${playerOutput(other)}`;
  }
  return text;
}
