/** The player as a script may see and change it. */
export interface ScriptPlayer {
  playerId: string;
  userName: string;
  displayName: string | null;
  scriptData: Record<string, unknown>;
  privateData: Record<string, unknown>;
  details?: ScriptPlayerDetails;
  /** How often scripts have written the player. */
  version?: number;
}

export interface ScriptPlayerDetails {
  /** By currency: `currency1` to `currency6`, and others by their short code. */
  balances: Record<string, number>;
  goods: Record<string, number>;
  achievements: readonly string[];
  segments: Record<string, string>;
  externalIds: Record<string, string>;
  /** Milliseconds since 1970, as is the next. */
  created: number;
  lastSeen: number;
}

/** What a script changed of a player. */
export interface ScriptPlayerChanges {
  /** Members of scriptData and privateData that it set or removed. */
  scriptData?: { set: Record<string, unknown>; removed: string[] };
  privateData?: { set: Record<string, unknown>; removed: string[] };
  /** How much more of each currency and virtual good; below zero less, and then there must be as much. */
  balances?: Record<string, number>;
  goods?: Record<string, number>;
  /** True: reached; false: taken away. */
  achievements?: Record<string, boolean>;
  segments?: Record<string, string | null>;
  /** The version that the script read before it changed anything; absent where it changed without reading. */
  seen?: number;
}

/** Everything that one run changed: of its own player, and by id of others. */
export interface ScriptChanges {
  playerChanges?: ScriptPlayerChanges;
  otherPlayers?: Readonly<Record<string, ScriptPlayerChanges>>;
  /** The run wrote something else already, so it must not be run again, and its changes are merged. */
  wrote?: boolean;
}
