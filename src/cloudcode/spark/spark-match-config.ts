import type { MatchConfigItem } from "../config-items.ts";
import { addProperties, addUnsupported } from "../realm/classes.ts";
import { parsed } from "../realm/config.ts";
import { liveRun } from "../realm/run.ts";
import { SparkMatchThreshold } from "./spark-match-threshold.ts";
import { unsupportedInMatchConfig } from "./unsupported.ts";

/** A match type in the game's configuration. */
export class SparkMatchConfig {
  readonly #json: string;
  readonly #item: MatchConfigItem;

  constructor(json: string) {
    this.#json = json;
    this.#item = parsed<"matchConfigs">(json);
  }

  get #live(): MatchConfigItem {
    liveRun();
    return this.#item;
  }

  /** The match's short code. */
  getShortCode(): string {
    return this.#live.shortCode;
  }

  /** The match's name. */
  getName(): string {
    return this.#live.name;
  }

  /** The match's description, or null. */
  getDescription(): string | null {
    return this.#live.description;
  }

  /** The minimum number of players, for thresholds that accept it, or null. */
  getMinPlayers(): number | null {
    return this.#live.minPlayers;
  }

  /** The maximum number of players, or null. */
  getMaxPlayers(): number | null {
    return this.#live.maxPlayers;
  }

  /** Whether the match has a real-time session. */
  getRealtime(): boolean {
    return this.#live.realtime;
  }

  /** The short code of its real-time script, or null. */
  getRealtimeScript(): string | null {
    return this.#live.realtimeScript;
  }

  /** Whether players may join and leave a running match. */
  getDropInDropOut(): boolean {
    return this.#live.dropInDropOut;
  }

  /** For how many seconds players may join and leave; null or 0: no limit. */
  getDropInDropOutExpire(): number | null {
    return this.#live.dropInDropOutExpire;
  }

  /** Whether scripts decide who joins a match. */
  getManuallyMatch(): boolean {
    return this.#live.manuallyMatch;
  }

  /** For how many seconds a disconnected player stays in a match; null or 0: not at all. */
  getPlayerDisconnectThreshold(): number | null {
    return this.#live.playerDisconnectThreshold;
  }

  /** The thresholds, in the order in which they apply. */
  getThresholds(): SparkMatchThreshold[] {
    const { thresholds } = this.toJSON();
    const objects: SparkMatchThreshold[] = [];
    for (let at = 0; at < thresholds.length; at++) objects[at] = new SparkMatchThreshold(thresholds[at]!);
    return objects;
  }

  toJSON(): MatchConfigItem {
    liveRun();
    return parsed<"matchConfigs">(this.#json);
  }
}

addUnsupported(SparkMatchConfig, unsupportedInMatchConfig);
addProperties(SparkMatchConfig);
