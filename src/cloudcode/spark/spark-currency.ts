import type { CurrencyItem } from "../config-items.ts";
import { addProperties } from "../realm/classes.ts";
import { parsed } from "../realm/config.ts";
import { liveRun } from "../realm/run.ts";

/** A currency of the game's own. */
export class SparkCurrency {
  readonly #json: string;
  readonly #item: CurrencyItem;

  constructor(json: string) {
    this.#json = json;
    this.#item = parsed<"currencies">(json);
  }

  get #live(): CurrencyItem {
    liveRun();
    return this.#item;
  }

  /** The currency's short code. */
  getShortCode(): string {
    return this.#live.shortCode;
  }

  /** The currency's name. */
  getName(): string {
    return this.#live.name;
  }

  /** What the currency is; null where nothing is said. */
  getDescription(): string | null {
    return this.#live.description;
  }

  /** What a new player is given of it; null where nothing is said. */
  getSignupBonus(): number | null {
    return this.#live.signupBonus;
  }

  toJSON(): CurrencyItem {
    liveRun();
    return parsed<"currencies">(this.#json);
  }
}

addProperties(SparkCurrency);
