import { hasState, type PlayerOnDemand, type ScriptPlayer } from "../kernel/scripts/player.ts";
import type { PlayerInput, RunInput } from "./protocol.ts";

export function runPlayerInput(player: ScriptPlayer | PlayerOnDemand | null): RunInput["player"] {
  return hasState(player) ? playerInput(player) : player;
}

/** A player as sent to a sandbox. Rarely read parts are JSON text, which is parsed on first use. */
export function playerInput({ playerId, userName, displayName, ...player }: ScriptPlayer): PlayerInput {
  return {
    playerId,
    userName,
    displayName,
    scriptData: JSON.stringify(player.scriptData),
    privateData: JSON.stringify(player.privateData),
    details: JSON.stringify(player.details ?? {}),
    version: player.version ?? 0,
  };
}
