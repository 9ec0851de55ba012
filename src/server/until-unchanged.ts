import { PlayerChanged, type WriteMode } from "../domains/accounts/index.ts";
import type { Stage } from "../game/game.ts";
import type { PlayerId } from "../ids.ts";
import type { KeyedMutex } from "../queues/keyed-mutex.ts";
import { conflict } from "./refusals.ts";

/** Maximum number of times that scripts are repeated because another script changed the player. */
const MAX_REPEATS = 40;

export interface Repeatable {
  stage: Stage;
  player: PlayerId | undefined;
  isNested: boolean;
  wrote(): boolean;
}

/**
 * Repeats `work` if it throws PlayerChanged, so that two scripts that change one player appear to run one after the
 * other. The last attempt merges the changes. Scripts that wrote something else are not repeated. A request sent by a
 * script does not queue, since its sender may hold the turn.
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
