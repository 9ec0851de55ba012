import { type Described, flagIn, type Item, referenceIn, referencesIn, textsIn } from "./item.ts";

/** A kind of challenges. */
export interface ChallengeType extends Described {
  turnBased: boolean;
  /** Every event of a player counts for it, and not only those that are logged for the challenge. */
  global: boolean;
  /** Short codes of the events that take a turn or an attempt. */
  attemptConsumers: readonly string[];
  /** Short code of the leaderboard that decides it; undefined: a script does. */
  leaderboard: string | undefined;
  /** Short code of the achievement that who reaches it first has won by. */
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
