import type { SegmentTypeItem } from "../config-items.ts";
import { addProperties } from "../realm/classes.ts";
import { parsed } from "../realm/config.ts";
import { liveRun } from "../realm/run.ts";
import { SparkSegmentValue } from "./spark-segment-value.ts";

/** A segment in the game's configuration, such as country. It divides players into groups. */
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

  /** The segment's description, or null. */
  getDescription(): string | null {
    return this.#live.description;
  }

  /** The possible values. */
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
