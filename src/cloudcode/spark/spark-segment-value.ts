import type { DescribedItem } from "../config-items.ts";
import { addProperties } from "../realm/classes.ts";
import { liveRun } from "../realm/run.ts";

/** A possible value of a segment. */
export class SparkSegmentValue {
  readonly #item: DescribedItem;

  constructor(item: DescribedItem) {
    this.#item = item;
  }

  get #live(): DescribedItem {
    liveRun();
    return this.#item;
  }

  /** The value's short code, to which a player's segment is set. */
  getShortCode(): string {
    return this.#live.shortCode;
  }

  /** The value's name. */
  getName(): string {
    return this.#live.name;
  }

  /** The value's description, or null. */
  getDescription(): string | null {
    return this.#live.description;
  }

  toJSON(): DescribedItem {
    const { shortCode, name, description } = this.#live;
    return { shortCode, name, description };
  }
}

addProperties(SparkSegmentValue);
