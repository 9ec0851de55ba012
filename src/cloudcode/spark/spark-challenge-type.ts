import type { ChallengeTypeItem } from "../config-items.ts";
import { addProperties } from "../realm/classes.ts";
import { parsed } from "../realm/config.ts";
import { liveRun } from "../realm/run.ts";

/** A kind of challenges. */
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

  /** What the challenge is; null where nothing is said. */
  getDescription(): string | null {
    return this.#live.description;
  }

  /** Do players take turns? */
  isTurnBased(): boolean {
    return this.#live.turnBased;
  }

  /** Short codes of the events that take a turn or an attempt, with commas between them. */
  getAttemptConsumers(): string {
    return this.#live.attemptConsumers;
  }

  /** Does every event of a player count, and not only those that are logged for the challenge? */
  isGlobal(): boolean {
    return this.#live.global;
  }

  toJSON(): ChallengeTypeItem {
    liveRun();
    return parsed<"challenges">(this.#json);
  }
}

addProperties(SparkChallengeType);
