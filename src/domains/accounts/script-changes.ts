import type { ScriptChanges, ScriptPlayer, ScriptPlayerChanges } from "../../kernel/scripts/player.ts";

/** Merges the changes of two consecutive runs, the second of which started from the result of the first. */
export function mergeChanges(
  first: ScriptChanges | undefined,
  second: ScriptChanges | undefined,
): ScriptChanges | undefined {
  if (!first || !second) return second ?? first;
  const playerChanges = mergePlayer(first.playerChanges, second.playerChanges);
  const otherPlayers: Record<string, ScriptPlayerChanges> = { ...first.otherPlayers };
  for (const [id, changes] of Object.entries(second.otherPlayers ?? {})) {
    otherPlayers[id] = mergePlayer(otherPlayers[id], changes)!;
  }
  return {
    ...(playerChanges && { playerChanges }),
    ...((first.otherPlayers || second.otherPlayers) && { otherPlayers }),
    ...((first.wrote || second.wrote) && { wrote: true }),
  };
}

function mergePlayer(
  first: ScriptPlayerChanges | undefined,
  second: ScriptPlayerChanges | undefined,
): ScriptPlayerChanges | undefined {
  if (!first || !second) return second ?? first;
  const merged: ScriptPlayerChanges = { ...first, ...second };
  for (const area of ["scriptData", "privateData"] as const) {
    const { [area]: before } = first;
    const { [area]: after } = second;
    if (before && after) merged[area] = mergeMembers(before, after);
  }
  if (first.balances && second.balances) merged.balances = sums(first.balances, second.balances);
  if (first.goods && second.goods) merged.goods = sums(first.goods, second.goods);
  if (first.achievements) merged.achievements = { ...first.achievements, ...second.achievements };
  if (first.segments) merged.segments = { ...first.segments, ...second.segments };
  const seen = Math.min(first.seen ?? Number.POSITIVE_INFINITY, second.seen ?? Number.POSITIVE_INFINITY);
  if (Number.isFinite(seen)) merged.seen = seen;
  return merged;
}

type Members = NonNullable<ScriptPlayerChanges["scriptData"]>;

function mergeMembers(before: Members, after: Members): Members {
  const set = { ...before.set };
  for (const name of after.removed) delete set[name];
  const removed = before.removed.filter((name) => !Object.hasOwn(after.set, name));
  return { set: { ...set, ...after.set }, removed: [...new Set([...removed, ...after.removed])] };
}

function sums(first: Record<string, number>, second: Record<string, number>): Record<string, number> {
  const all = { ...first };
  for (const [code, by] of Object.entries(second)) all[code] = (Object.hasOwn(all, code) ? all[code]! : 0) + by;
  return all;
}

export function withChanges(player: ScriptPlayer, changes: ScriptPlayerChanges | undefined): ScriptPlayer {
  if (!changes) return player;
  const { details } = player;
  return {
    ...player,
    scriptData: changed(player.scriptData, changes.scriptData),
    privateData: changed(player.privateData, changes.privateData),
    ...(details && {
      details: {
        ...details,
        balances: sums(details.balances, changes.balances ?? {}),
        goods: sums(details.goods, changes.goods ?? {}),
        achievements: reached(details.achievements, changes.achievements ?? {}),
        segments: segmentsOf(details.segments, changes.segments ?? {}),
      },
    }),
  };
}

function changed(members: Record<string, unknown>, changes: Members | undefined): Record<string, unknown> {
  if (!changes) return members;
  const all = { ...members, ...changes.set };
  for (const name of changes.removed) delete all[name];
  return all;
}

function reached(before: readonly string[], changes: Record<string, boolean>): string[] {
  const all = new Set(before);
  for (const [code, has] of Object.entries(changes)) {
    if (has) all.add(code);
    else all.delete(code);
  }
  return [...all];
}

function segmentsOf(before: Record<string, string>, changes: Record<string, string | null>): Record<string, string> {
  const all = { ...before };
  for (const [type, value] of Object.entries(changes)) {
    if (value === null) delete all[type];
    else all[type] = value;
  }
  return all;
}
