import { objectIdOf, type PlayerId } from "../ids.ts";
import type { Documents } from "../store/store.ts";
import { accounts } from "./collections.ts";

/** The player as a script may see and change it. */
export interface ScriptPlayer {
  playerId: string;
  userName: string;
  displayName: string | null;
  scriptData: Record<string, unknown>;
  privateData: Record<string, unknown>;
}

/** Members of scriptData and privateData that a script set or removed. */
export interface ScriptPlayerChanges {
  scriptData?: { set: Record<string, unknown>; removed: string[] };
  privateData?: { set: Record<string, unknown>; removed: string[] };
}

/** The player as scripts see it, or null where there is none of that id. */
export async function readScriptPlayer(documents: Documents, player: PlayerId): Promise<ScriptPlayer | null> {
  const found = await accounts(documents).players.findOne({ _id: objectIdOf(player) });
  return (
    found && {
      playerId: player,
      userName: found.userName,
      displayName: found.displayName ?? null,
      scriptData: found.scriptData,
      privateData: found.privateData,
    }
  );
}

/** Writes what a run changed of its player: one update that touches only the members that were set or removed. */
export async function applyScriptChanges(
  documents: Documents,
  player: PlayerId,
  changes: ScriptPlayerChanges,
): Promise<void> {
  const set: Record<string, unknown> = {};
  const unset: Record<string, unknown> = {};
  for (const area of ["scriptData", "privateData"] as const) {
    for (const [name, value] of Object.entries(changes[area]?.set ?? {})) set[`${area}.${name}`] = value;
    for (const name of changes[area]?.removed ?? []) unset[`${area}.${name}`] = "";
  }
  const update = {
    ...(Object.keys(set).length > 0 && { $set: set }),
    ...(Object.keys(unset).length > 0 && { $unset: unset }),
  };
  if (Object.keys(update).length > 0) await accounts(documents).players.updateOne({ _id: objectIdOf(player) }, update);
}
