import type { AchievementItem } from "../config-items.ts";
import { addMethod, addProperties } from "../realm/classes.ts";
import { configItem, parsed } from "../realm/config.ts";
import { liveRun } from "../realm/run.ts";
import { SparkVirtualGood } from "./spark-virtual-good.ts";

/** An achievement in the game's configuration. */
export class SparkAchievement {
  readonly #json: string;
  readonly #item: AchievementItem;

  constructor(json: string) {
    this.#json = json;
    this.#item = parsed<"achievements">(json);
  }

  get #live(): AchievementItem {
    liveRun();
    return this.#item;
  }

  /** The achievement's short code. */
  getShortCode(): string {
    return this.#live.shortCode;
  }

  /** The achievement's name. */
  getName(): string {
    return this.#live.name;
  }

  /** The achievement's description, or null. */
  getDescription(): string | null {
    return this.#live.description;
  }

  /** The awarded currency amounts: `{currency1: 10, GEMS: 2}`. */
  getCurrencyAwards(): Record<string, number> {
    return this.toJSON().currencyAwards;
  }

  /** The awarded virtual good, or null. */
  getVirtualGoodAward(): SparkVirtualGood | null {
    const json = configItem("virtualGoods", "getVirtualGood", this.#live.virtualGoodAward);
    return json === null ? null : new SparkVirtualGood(json);
  }

  /** The properties of its property set, by key, or null. */
  getPropertySet(): unknown {
    return this.toJSON().propertySet;
  }

  toJSON(): AchievementItem {
    liveRun();
    return parsed<"achievements">(this.#json);
  }
}

for (let number = 1; number <= 6; number++) {
  /** The awarded amount of this currency, or null. */
  addMethod<SparkAchievement>(SparkAchievement, `getCurrency${number}Award`, function (): number | null {
    return this.toJSON()[`currency${number}Award`] ?? null;
  });
}
addProperties(SparkAchievement);
