import type { MatchConfigItem } from "../config-items.ts";
import { addProperties, addUnsupported } from "../realm/classes.ts";
import { parsed } from "../realm/config.ts";
import { liveRun } from "../realm/run.ts";
import { SparkMatchThreshold } from "./spark-match-threshold.ts";
import { unsupportedInMatchConfig } from "./unsupported.ts";

/** How players are matched. */
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

  /** What the match is; null where nothing is said. */
  getDescription(): string | null {
    return this.#live.description;
  }

  /** How many players a match has at least, where a threshold accepts so few; null where nothing is said. */
  getMinPlayers(): number | null {
    return this.#live.minPlayers;
  }

  /** How many players a match has at most; null where nothing is said. */
  getMaxPlayers(): number | null {
    return this.#live.maxPlayers;
  }

  /** Has it a real-time session? */
  getRealtime(): boolean {
    return this.#live.realtime;
  }

  /** The short code of its real-time script; null where it has none. */
  getRealtimeScript(): string | null {
    return this.#live.realtimeScript;
  }

  /** May players come and go while it goes on? */
  getDropInDropOut(): boolean {
    return this.#live.dropInDropOut;
  }

  /** For how many seconds they may; null or 0: always. */
  getDropInDropOutExpire(): number | null {
    return this.#live.dropInDropOutExpire;
  }

  /** Is it for the game's scripts to say who is in a match? */
  getManuallyMatch(): boolean {
    return this.#live.manuallyMatch;
  }

  /** For how many seconds a player who lost the connection stays in a match; null or 0: not at all. */
  getPlayerDisconnectThreshold(): number | null {
    return this.#live.playerDisconnectThreshold;
  }

  /** The thresholds, one after the other. */
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
