import type { SegmentTypeItem } from "../config-items.ts";
import { addProperties } from "../realm/classes.ts";
import { parsed } from "../realm/config.ts";
import { liveRun } from "../realm/run.ts";
import { SparkSegmentValue } from "./spark-segment-value.ts";

/** A segment: a way to tell players apart, such as by country. */
export class SparkSegmentType {
  readonly #json: string;
  readonly #item: SegmentTypeItem;

  constructor(json: string) {
    this.#json = json;
    this.#item = parsed<"segments">(json);
  }

  get #live(): SegmentTypeItem {
    liveRun();
    return this.#item;
  }

  /** The segment's short code. */
  getShortCode(): string {
    return this.#live.shortCode;
  }

  /** The segment's name. */
  getName(): string {
    return this.#live.name;
  }

  /** What the segment is for; null where nothing is said. */
  getDescription(): string | null {
    return this.#live.description;
  }

  /** The values that a player may have in it. */
  getValues(): SparkSegmentValue[] {
    const { values } = this.toJSON();
    const objects: SparkSegmentValue[] = [];
    for (let at = 0; at < values.length; at++) objects[at] = new SparkSegmentValue(values[at]!);
    return objects;
  }

  toJSON(): SegmentTypeItem {
    liveRun();
    return parsed<"segments">(this.#json);
  }
}

addProperties(SparkSegmentType);
