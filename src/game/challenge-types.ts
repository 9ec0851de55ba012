import { type Described, flagIn, type Item, referencesIn } from "./item.ts";

/** A kind of challenges. */
export interface ChallengeType extends Described {
  turnBased: boolean;
  /** Every event of a player counts for it, and not only those that are logged for the challenge. */
  global: boolean;
  /** Short codes of the events that take a turn or an attempt. */
  attemptConsumers: readonly string[];
}

export function challengeTypeOf(item: Item, described: Described): ChallengeType {
  return {
    ...described,
    turnBased: flagIn(item, "turnBased"),
    global: flagIn(item, "global"),
    attemptConsumers: referencesIn(item, "attemptConsumers"),
  };
}
