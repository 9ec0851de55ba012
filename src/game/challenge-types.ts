import { type Described, flagIn, type Item, referenceIn, referencesIn, textsIn } from "./item.ts";

export interface ChallengeType extends Described {
  turnBased: boolean;
  /** Every event of a player counts, not only those logged for the challenge. */
  global: boolean;
  /** Short codes of the events that take a turn or an attempt. */
  attemptConsumers: readonly string[];
  /** Short code of the leaderboard that decides the winner; undefined if a script does. */
  leaderboard: string | undefined;
  /** Short code of an achievement; the first player to earn it wins. */
  achievement: string | undefined;
  tags: readonly string[];
}

export function challengeTypeOf(item: Item, described: Described): ChallengeType {
  return {
    ...described,
    turnBased: flagIn(item, "turnBased"),
    global: flagIn(item, "global"),
    attemptConsumers: referencesIn(item, "attemptConsumers"),
    leaderboard: referenceIn(item, "leaderboard"),
    achievement: referenceIn(item, "achievement"),
    tags: textsIn(item, "tags"),
  };
}
