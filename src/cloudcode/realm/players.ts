import type { PlayerInput } from "../protocol.ts";
import { askHost, callHost } from "./host.ts";
import { stringify } from "./originals.ts";
import { forgetChanges, type PlayerState, playerOutput, updatePlayer } from "./player.ts";
import { liveRun, type Run } from "./run.ts";

/** The players of the run under way and the server: what others do to them while it runs. */

/** The player as the run sees it. Asks the server where `flushPlayers` was called since. */
export function currentPlayer(state: PlayerState): PlayerState {
  if (!state.stale) return state;
  const input = askHost("player.load", `,${stringify(state.playerId)}`) as PlayerInput | null;
  state.stale = false;
  // One that was deleted stays as it was seen last.
  if (input !== null) updatePlayer(state, input);
  return state;
}

/**
 * Before something else works on players: what the run changed of them is written, all of it or nothing, whatever becomes
 * of the run; each is read again when it is next asked for something. Asks the server where there is something to write.
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
