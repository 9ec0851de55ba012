import { type Described, flagIn, type Item, listIn, numberIn, referenceIn, textIn } from "./item.ts";

/** How players are matched. */
export interface MatchType extends Described {
  minPlayers: number | undefined;
  maxPlayers: number | undefined;
  realtime: boolean;
  /** Short code of the script of its real-time sessions. */
  realtimeScript: string | undefined;
  dropInDropOut: boolean;
  /** Seconds. */
  dropInDropOutExpire: number | undefined;
  /** Seconds that a player who lost the connection is kept. */
  playerDisconnectThreshold: number | undefined;
  /** The game's scripts decide who is in a match. */
  manuallyMatch: boolean;
  /** One after the other. */
  thresholds: readonly MatchThreshold[];
}

/** How near to each other players must be, and for how long only those are taken. */
export interface MatchThreshold {
  /** Seconds. */
  period: number | undefined;
  /** How `min` and `max` are meant, such as "ABSOLUTE". */
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
