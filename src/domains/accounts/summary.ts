import type { Presence } from "../../cluster/presence.ts";
import { playerIdOf } from "../../ids.ts";
import type { PlayerDocument } from "./collections.ts";

/** What other players see of a player: the protocol's `Player`. */
export interface PlayerSummary {
  id: string;
  displayName?: string;
  externalIds: Record<string, string>;
  online: boolean;
  achievements: string[];
  virtualGoods: string[];
  scriptData?: Record<string, unknown>;
}

/** Fields of a player document that a summary is made of. */
export const SUMMARY_FIELDS = {
  displayName: 1,
  externalIds: 1,
  achievements: 1,
  virtualGoods: 1,
  scriptData: 1,
} as const;

export type SummaryFields = Pick<PlayerDocument, "_id" | keyof typeof SUMMARY_FIELDS>;

/** Summaries of several players, in their order. One look at presence for all of them. */
export async function summarise(players: readonly SummaryFields[], presence: Presence): Promise<PlayerSummary[]> {
  const online = await presence.online(players.map((p) => playerIdOf(p._id)));
  return players.map((player) => {
    const id = playerIdOf(player._id);
    return {
      id,
      ...(player.displayName !== undefined && { displayName: player.displayName }),
      externalIds: player.externalIds,
      online: online.has(id),
      achievements: player.achievements,
      virtualGoods: goodsOf(player),
      ...(Object.keys(player.scriptData).length > 0 && { scriptData: player.scriptData }),
    };
  });
}

/** The virtual goods that a player has; one that was used up keeps a count of zero. */
export function goodsOf({ virtualGoods }: Pick<PlayerDocument, "virtualGoods">): string[] {
  return Object.keys(virtualGoods).filter((code) => virtualGoods[code]! > 0);
}
