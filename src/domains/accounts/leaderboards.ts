import { objectIdOf, type PlayerId } from "../../ids.ts";
import type { Documents } from "../../store/store.ts";
import { accounts } from "./collections.ts";

/** One read. */
export async function isHiddenOnLeaderboards(documents: Documents, player: PlayerId): Promise<boolean> {
  const hidden = { _id: objectIdOf(player), hiddenOnLeaderboards: true } as const;
  return (await accounts(documents).players.countDocuments(hidden)) > 0;
}

/** Hides the player on leaderboards or shows it again. One update. */
export async function hideOnLeaderboards(documents: Documents, player: PlayerId, hidden: boolean): Promise<void> {
  const field = { hiddenOnLeaderboards: true } as const;
  await accounts(documents).players.updateOne(
    { _id: objectIdOf(player) },
    hidden ? { $set: field } : { $unset: field },
  );
}
