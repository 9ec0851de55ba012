export interface ScriptPlayer {
  playerId: string;
  userName: string;
  displayName: string | null;
  scriptData: Record<string, unknown>;
  privateData: Record<string, unknown>;
  details?: ScriptPlayerDetails;
  /** Number of times that scripts have written the player. */
  version?: number;
}

/** A player whose state is read when the script first asks for it. */
export type PlayerOnDemand = Pick<ScriptPlayer, "playerId">;

export function hasState(player: ScriptPlayer | PlayerOnDemand | null): player is ScriptPlayer {
  return player !== null && "userName" in player;
}

export interface ScriptPlayerDetails {
  /** By currency: `currency1` to `currency6`, or the short code of another currency. */
  balances: Record<string, number>;
  goods: Record<string, number>;
  achievements: readonly string[];
  segments: Record<string, string>;
  externalIds: Record<string, string>;
  /** Milliseconds since 1970, like `lastSeen`. */
  created: number;
  lastSeen: number;
}

export interface ScriptPlayerChanges {
  /** Members of scriptData and privateData that were set or removed. */
  scriptData?: { set: Record<string, unknown>; removed: string[] };
  privateData?: { set: Record<string, unknown>; removed: string[] };
  /** Amounts to add to each currency and virtual good. A negative amount requires that much to be available. */
  balances?: Record<string, number>;
  goods?: Record<string, number>;
  /** True: earned; false: removed. */
  achievements?: Record<string, boolean>;
  segments?: Record<string, string | null>;
  /** The version that the script read before its first change. Absent if it changed the player without reading. */
  seen?: number;
}

/** All changes of one run: to its own player, and to others by id. */
export interface ScriptChanges {
  playerChanges?: ScriptPlayerChanges;
  otherPlayers?: Readonly<Record<string, ScriptPlayerChanges>>;
  /** The run has written something else, so it must not be repeated and its changes are merged. */
  wrote?: boolean;
}
