import { objectIdOf, type PlayerId, parsePlayerId } from "../../ids.ts";
import type { ScriptChanges, ScriptPlayer, ScriptPlayerChanges } from "../../kernel/scripts/player.ts";
import type { Document, Documents } from "../../store/store.ts";
import { accounts, type PlayerDocument } from "./collections.ts";

/** The script's changes were not written because the player has changed since the script read it. */
export class PlayerChanged extends Error {
  override name = "PlayerChanged";
}

/** "checked": fails if another script has written the player since the read. "merged": writes the changed members. */
export type WriteMode = "checked" | "merged";

/** The player as scripts see it, or null if it does not exist. One read. */
export async function readScriptPlayer(documents: Documents, player: PlayerId): Promise<ScriptPlayer | null> {
  const found = await accounts(documents).players.findOne({ _id: objectIdOf(player) });
  return found && scriptPlayerOf(player, found);
}

function scriptPlayerOf(playerId: PlayerId, found: PlayerDocument): ScriptPlayer {
  const balances: Record<string, number> = { ...found.otherCurrencies };
  found.currencies.forEach((amount, index) => {
    balances[`currency${index + 1}`] = amount;
  });
  return {
    playerId,
    userName: found.userName,
    displayName: found.displayName ?? null,
    scriptData: found.scriptData,
    privateData: found.privateData,
    details: {
      balances,
      goods: found.virtualGoods,
      achievements: found.achievements,
      segments: found.segments,
      externalIds: found.externalIds,
      created: found.creationDate.getTime(),
      lastSeen: found.lastSeen.getTime(),
    },
    version: found.scriptWrites ?? 0,
  };
}

export function changesAnything({ playerChanges, otherPlayers }: ScriptChanges): boolean {
  return playerChanges !== undefined || otherPlayers !== undefined;
}

/** Writes a run's changes in a transaction: one update per player, in the order of ids. @throws PlayerChanged */
export async function writeScriptChanges(
  tx: Documents,
  player: PlayerId | undefined,
  { playerChanges, otherPlayers, wrote }: ScriptChanges,
  mode: WriteMode,
): Promise<void> {
  const all = new Map<PlayerId, ScriptPlayerChanges>();
  for (const [id, changes] of Object.entries(otherPlayers ?? {})) {
    const other = parsePlayerId(id);
    if (other !== undefined) all.set(other, changes);
  }
  if (playerChanges && player !== undefined) all.set(player, playerChanges);
  for (const id of [...all.keys()].sort()) await applyScriptChanges(tx, id, all.get(id)!, wrote ? "merged" : mode);
}

/**
 * Writes a run's changes to one player. Throws PlayerChanged if a balance or a number of virtual goods has become too
 * small, and in "checked" mode if another script has written the player since the read. Does nothing if the player was
 * deleted. One update of the changed members, and a second one if achievements were taken away.
 */
export async function applyScriptChanges(
  documents: Documents,
  player: PlayerId,
  changes: ScriptPlayerChanges,
  mode: WriteMode = "merged",
): Promise<void> {
  const { players } = accounts(documents);
  const _id = objectIdOf(player);
  const { update, enough, lost } = updateOf(changes);
  if (Object.keys(update).length === 0 && lost.length === 0) return;
  const unchanged = mode === "checked" && changes.seen !== undefined ? { scriptWrites: changes.seen || null } : {};
  const { matchedCount } = await players.updateOne(
    { _id, ...enough, ...unchanged },
    {
      ...update,
      $inc: { ...(update["$inc"] as Document | undefined), scriptWrites: 1 },
    },
  );
  if (matchedCount === 0) {
    if (await players.findOne({ _id }, { projection: { _id: 1 } })) throw new PlayerChanged();
    return;
  }
  if (lost.length > 0) await players.updateOne({ _id }, { $pull: { achievements: { $in: lost } } });
}

function updateOf(changes: ScriptPlayerChanges): {
  update: Document;
  enough: Document;
  lost: string[];
} {
  const set: Document = {};
  const unset: Document = {};
  const inc: Document = {};
  const enough: Document = {};
  for (const area of ["scriptData", "privateData"] as const) {
    for (const [name, value] of Object.entries(changes[area]?.set ?? {})) set[`${area}.${name}`] = value;
    for (const name of changes[area]?.removed ?? []) unset[`${area}.${name}`] = "";
  }
  const add = (path: string, by: number): void => {
    if (by === 0) return;
    inc[path] = by;
    if (by < 0) enough[path] = { $gte: -by };
  };
  for (const [code, by] of Object.entries(changes.balances ?? {})) add(balancePath(code), by);
  for (const [code, by] of Object.entries(changes.goods ?? {})) add(`virtualGoods.${code}`, by);
  for (const [type, value] of Object.entries(changes.segments ?? {})) {
    if (value === null) unset[`segments.${type}`] = "";
    else set[`segments.${type}`] = value;
  }
  const achievements = Object.entries(changes.achievements ?? {});
  const reached = achievements.filter(([, has]) => has).map(([code]) => code);
  const update = {
    ...(Object.keys(set).length > 0 && { $set: set }),
    ...(Object.keys(unset).length > 0 && { $unset: unset }),
    ...(Object.keys(inc).length > 0 && { $inc: inc }),
    ...(reached.length > 0 && { $addToSet: { achievements: { $each: reached } } }),
  };
  return { update, enough, lost: achievements.filter(([, has]) => !has).map(([code]) => code) };
}

/** The path of a currency's balance in the player's document. */
export function balancePath(code: string): string {
  const number = /^currency([1-6])$/.exec(code)?.[1];
  return number === undefined ? `otherCurrencies.${code}` : `currencies.${Number(number) - 1}`;
}
