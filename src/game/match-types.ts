import { type Described, flagIn, type Item, listIn, numberIn, referenceIn, textIn } from "./item.ts";

export interface MatchType extends Described {
  minPlayers: number | undefined;
  maxPlayers: number | undefined;
  realtime: boolean;
  realtimeScript: string | undefined;
  dropInDropOut: boolean;
  /** Seconds. */
  dropInDropOutExpire: number | undefined;
  /** Seconds that a disconnected player keeps the place. */
  playerDisconnectThreshold: number | undefined;
  manuallyMatch: boolean;
  /** Applied in this order. */
  thresholds: readonly MatchThreshold[];
}

/** How close in skill players must be, and for how long. */
export interface MatchThreshold {
  /** Seconds. */
  period: number | undefined;
  /** The meaning of `min` and `max`, such as "ABSOLUTE". */
  type: string | undefined;
  min: number | undefined;
  max: number | undefined;
  acceptMinPlayers: boolean;
}

export function matchTypeOf(item: Item, described: Described): MatchType {
  return {
    ...described,
    minPlayers: numberIn(item, "minPlayers"),
    maxPlayers: numberIn(item, "maxPlayers"),
    realtime: flagIn(item, "realtime"),
    realtimeScript: referenceIn(item, "realtimeScript"),
    dropInDropOut: flagIn(item, "dropInDropOut"),
    dropInDropOutExpire: numberIn(item, "dropInDropOutExpire"),
    playerDisconnectThreshold: numberIn(item, "playerDisconnectThreshold"),
    manuallyMatch: flagIn(item, "manuallyMatch"),
    thresholds: listIn(item, "~thresholds", "thresholds").map((threshold) => ({
      period: numberIn(threshold, "period"),
      type: textIn(threshold, "type", "name"),
      min: numberIn(threshold, "min"),
      max: numberIn(threshold, "max"),
      acceptMinPlayers: flagIn(threshold, "acceptMinPlayers"),
    })),
  };
}
