import type { MatchThresholdItem } from "../config-items.ts";
import { addProperties } from "../realm/classes.ts";
import { liveRun } from "../realm/run.ts";

/** How near to each other players must be to be matched, and for how long only those are taken. */
export class SparkMatchThreshold {
  readonly #item: MatchThresholdItem;

  constructor(item: MatchThresholdItem) {
    this.#item = item;
  }

  get #live(): MatchThresholdItem {
    liveRun();
    return this.#item;
  }

  /** How long it counts, in seconds; null where nothing is said. */
  getPeriod(): number | null {
    return this.#live.period;
  }

  /** Is the least number of players enough? */
  getAcceptMinPlayers(): boolean {
    return this.#live.acceptMinPlayers;
  }

  /** How much more skill another player may have; null where nothing is said. */
  getMax(): number | null {
    return this.#live.max;
  }

  /** How much less skill another player may have; null where nothing is said. */
  getMin(): number | null {
    return this.#live.min;
  }

  /** How the two are meant, such as "ABSOLUTE"; null where nothing is said. */
  getName(): string | null {
    return this.#live.name;
  }

  toJSON(): MatchThresholdItem {
    const { name, period, min, max, acceptMinPlayers } = this.#live;
    return { name, period, min, max, acceptMinPlayers };
  }
}

addProperties(SparkMatchThreshold);
