import type { Presence } from "../../cluster/presence.ts";
import { playerIdOf } from "../../ids.ts";
import type { PlayerDocument } from "./collections.ts";

/** A player as other players see it: the protocol's `Player`. */
export interface PlayerSummary {
  id: string;
  displayName?: string;
  externalIds: Record<string, string>;
  online: boolean;
  achievements: string[];
  virtualGoods: string[];
  scriptData?: Record<string, unknown>;
}

export const SUMMARY_FIELDS = {
  displayName: 1,
  externalIds: 1,
  achievements: 1,
  virtualGoods: 1,
  scriptData: 1,
} as const;

export type SummaryFields = Pick<PlayerDocument, "_id" | keyof typeof SUMMARY_FIELDS>;

/** Summaries in the order of `players`, with one presence query. */
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

/** The virtual goods that a player owns. A used-up good remains stored with a count of zero. */
export function goodsOf({ virtualGoods }: Pick<PlayerDocument, "virtualGoods">): string[] {
  return Object.keys(virtualGoods).filter((code) => virtualGoods[code]! > 0);
}
