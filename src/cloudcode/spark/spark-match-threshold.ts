import type { MatchThresholdItem } from "../config-items.ts";
import { addProperties } from "../realm/classes.ts";
import { liveRun } from "../realm/run.ts";

/** How close in skill players must be to be matched, and for how long this applies. */
export class SparkMatchThreshold {
  readonly #item: MatchThresholdItem;

  constructor(item: MatchThresholdItem) {
    this.#item = item;
  }

  get #live(): MatchThresholdItem {
    liveRun();
    return this.#item;
  }

  /** How long the threshold applies, in seconds, or null. */
  getPeriod(): number | null {
    return this.#live.period;
  }

  /** Whether the minimum number of players is enough. */
  getAcceptMinPlayers(): boolean {
    return this.#live.acceptMinPlayers;
  }

  /** How much more skilled another player may be, or null. */
  getMax(): number | null {
    return this.#live.max;
  }

  /** How much less skilled another player may be, or null. */
  getMin(): number | null {
    return this.#live.min;
  }

  /** The meaning of the minimum and maximum, such as "ABSOLUTE", or null. */
  getName(): string | null {
    return this.#live.name;
  }

  toJSON(): MatchThresholdItem {
    const { name, period, min, max, acceptMinPlayers } = this.#live;
    return { name, period, min, max, acceptMinPlayers };
  }
}

addProperties(SparkMatchThreshold);
