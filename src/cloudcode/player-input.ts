import type { ScriptPlayer } from "../kernel/scripts/player.ts";
import type { PlayerInput } from "./protocol.ts";

/** A player as it is sent into a sandbox: what many scripts never read is text that is parsed when it is read. */
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
