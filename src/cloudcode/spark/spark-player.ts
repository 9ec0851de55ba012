import { jsonArgument, memberArgument, nameArgument } from "../realm/arguments.ts";
import { hasOwn } from "../realm/originals.ts";
import { liveRun, type PlayerData, playerMembers, type Run, readMember, setMember } from "../realm/run.ts";

/**
 * The player of the current call. Changes are seen by this script at once and are written with the request's own work
 * when the script comes to its end; a script that fails changes nothing.
 */
export class SparkPlayer {
  /** The player's id. */
  getPlayerId(): string {
    return player().playerId;
  }
  get playerId(): string {
    return this.getPlayerId();
  }

  /** The name that the player logs in by. */
  getUserName(): string {
    return player().userName;
  }
  get userName(): string {
    return this.getUserName();
  }

  /** The name that others see; null where the player has none. */
  getDisplayName(): string | null {
    return player().displayName;
  }
  get displayName(): string | null {
    return this.getDisplayName();
  }

  /** A member of the player's script data, which the player and friends can read; null where there is none. */
  getScriptData(name: string): unknown {
    return readMember(
      playerMembers(liveRun().playerScriptData),
      nameArgument("SparkPlayer.getScriptData", "name", name),
    );
  }

  /** Sets a member of the player's script data. */
  setScriptData(name: string, value: unknown): void {
    const method = "SparkPlayer.setScriptData";
    write(liveRun().playerScriptData, memberArgument(method, "name", name), jsonArgument(method, "value", value));
  }

  /** Removes a member of the player's script data. */
  removeScriptData(name: string): void {
    remove(liveRun().playerScriptData, memberArgument("SparkPlayer.removeScriptData", "name", name));
  }

  /** A member of the player's private data, which never leaves the server; null where there is none. */
  getPrivateData(name: string): unknown {
    return readMember(
      playerMembers(liveRun().playerPrivateData),
      nameArgument("SparkPlayer.getPrivateData", "name", name),
    );
  }

  /** Sets a member of the player's private data. */
  setPrivateData(name: string, value: unknown): void {
    const method = "SparkPlayer.setPrivateData";
    write(liveRun().playerPrivateData, memberArgument(method, "name", name), jsonArgument(method, "value", value));
  }

  /** Removes a member of the player's private data. */
  removePrivateData(name: string): void {
    remove(liveRun().playerPrivateData, memberArgument("SparkPlayer.removePrivateData", "name", name));
  }
}

function player(): NonNullable<Run["player"]> {
  return liveRun().player!;
}

function write(data: PlayerData, name: string, text: string): void {
  setMember(playerMembers(data), name, text);
  data.changed[name] = "set";
}

function remove(data: PlayerData, name: string): void {
  const members = playerMembers(data);
  if (!hasOwn(members, name)) return;
  delete members[name];
  data.changed[name] = "removed";
}
