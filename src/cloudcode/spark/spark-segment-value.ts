import type { DescribedItem } from "../config-items.ts";
import { addProperties } from "../realm/classes.ts";
import { liveRun } from "../realm/run.ts";

/** One value that a segment may have. */
export class SparkSegmentValue {
  readonly #item: DescribedItem;

  constructor(item: DescribedItem) {
    this.#item = item;
  }

  get #live(): DescribedItem {
    liveRun();
    return this.#item;
  }

  /** The value's short code: what a player's segment is set to. */
  getShortCode(): string {
    return this.#live.shortCode;
  }

  /** The value's name. */
  getName(): string {
    return this.#live.name;
  }

  /** What the value means; null where nothing is said. */
  getDescription(): string | null {
    return this.#live.description;
  }

  toJSON(): DescribedItem {
    const { shortCode, name, description } = this.#live;
    return { shortCode, name, description };
  }
}

addProperties(SparkSegmentValue);
