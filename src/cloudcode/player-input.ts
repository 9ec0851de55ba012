import type { ScriptPlayer } from "../kernel/scripts/player.ts";
import type { PlayerInput } from "./protocol.ts";

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
