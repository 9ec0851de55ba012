import type { ChallengeTypeItem } from "../config-items.ts";
import { addProperties } from "../realm/classes.ts";
import { parsed } from "../realm/config.ts";
import { liveRun } from "../realm/run.ts";

/** A challenge type in the game's configuration. */
export class SparkChallengeType {
  readonly #json: string;
  readonly #item: ChallengeTypeItem;

  constructor(json: string) {
    this.#json = json;
    this.#item = parsed<"challenges">(json);
  }

  get #live(): ChallengeTypeItem {
    liveRun();
    return this.#item;
  }

  /** The challenge type's short code. */
  getShortCode(): string {
    return this.#live.shortCode;
  }

  /** The challenge type's name. */
  getName(): string {
    return this.#live.name;
  }

  /** The challenge type's description, or null. */
  getDescription(): string | null {
    return this.#live.description;
  }

  /** Whether players take turns. */
  isTurnBased(): boolean {
    return this.#live.turnBased;
  }

  /** Comma-separated short codes of the events that consume a turn or an attempt. */
  getAttemptConsumers(): string {
    return this.#live.attemptConsumers;
  }

  /** Whether all events of a player count, not only those logged for the challenge. */
  isGlobal(): boolean {
    return this.#live.global;
  }

  toJSON(): ChallengeTypeItem {
    liveRun();
    return parsed<"challenges">(this.#json);
  }
}

addProperties(SparkChallengeType);
