import { PlayerChanged, type WriteMode } from "../domains/accounts/index.ts";
import type { Stage } from "../game/game.ts";
import type { PlayerId } from "../ids.ts";
import type { KeyedMutex } from "../queues/keyed-mutex.ts";
import { conflict } from "./refusals.ts";

/** How often a script is run again because another one wrote its player meanwhile. */
const MAX_REPEATS = 40;

/** What scripts run for: a request, or something that is none. */
export interface Repeatable {
  stage: Stage;
  player: PlayerId | undefined;
  /** A script sent it, and waits for it. */
  isNested: boolean;
  /** Whether a script wrote something that cannot be undone. */
  wrote(): boolean;
}

/**
 * Does `work`, and again where it throws PlayerChanged: it read a player that another script wrote before its own
 * changes were written. So two scripts that change one player at once are as if one ran after the other. The last
 * attempt merges the changes member by member. A script that wrote something else already is not run again. A request
 * that a script sent never waits for its turn, which may be that of its own sender. What was taken from a player and is
 * not there is refused as `script: CONFLICT` in the end.
 */
export async function untilUnchanged(
  turns: KeyedMutex,
  repeatable: Repeatable,
  work: (mode: WriteMode) => Promise<void>,
): Promise<void> {
  const { stage, player, isNested } = repeatable;
  const key = `${stage}:${player}`;
  if (turns.pending(key) === 0 || isNested) {
    try {
      return await work("checked");
    } catch (error) {
      if (!(error instanceof PlayerChanged)) throw error;
      if (repeatable.wrote()) throw conflict(error);
    }
  }
  if (player === undefined || isNested) return repeat(repeatable, work);
  return turns.run(key, () => repeat(repeatable, work));
}

async function repeat(repeatable: Repeatable, work: (mode: WriteMode) => Promise<void>): Promise<void> {
  for (let repeats = 1; ; repeats++) {
    try {
      return await work(repeats < MAX_REPEATS ? "checked" : "merged");
    } catch (error) {
      if (!(error instanceof PlayerChanged)) throw error;
      if (repeatable.wrote() || repeats === MAX_REPEATS) throw conflict(error);
    }
  }
}
