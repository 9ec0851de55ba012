import { objectIdOf, type PlayerId, parsePlayerId } from "../../ids.ts";
import type { ScriptChanges, ScriptPlayer, ScriptPlayerChanges } from "../../kernel/scripts/player.ts";
import type { Document, Documents } from "../../store/store.ts";
import { accounts, type PlayerDocument } from "./collections.ts";

/** The player is no longer as the script saw it, so its changes were not written. */
export class PlayerChanged extends Error {
  override name = "PlayerChanged";
}

/** "checked": refused where another script wrote the player since this one read it; "merged": member by member. */
export type WriteMode = "checked" | "merged";

/** The player as scripts see it, or null where there is none of that id. One read. */
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

/**
 * Writes what a run changed, inside a transaction: all of it or nothing. Throws PlayerChanged as `applyScriptChanges`
 * does. One update for each player; players are written in the order of their ids.
 */
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
 * Writes what a run changed of one player: one update that touches only what was changed, and a second where
 * achievements were both given and taken. Throws PlayerChanged where a balance or a virtual good is no longer enough for
 * what was taken, and, unless changes are merged, where another script has written the player since this one read it.
 * A player that is gone is left alone.
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

/** Where a player's document has what the player owns of a currency. */
export function balancePath(code: string): string {
  const number = /^currency([1-6])$/.exec(code)?.[1];
  return number === undefined ? `otherCurrencies.${code}` : `currencies.${Number(number) - 1}`;
}
