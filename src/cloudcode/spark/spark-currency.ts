import type { CurrencyItem } from "../config-items.ts";
import { addProperties } from "../realm/classes.ts";
import { parsed } from "../realm/config.ts";
import { liveRun } from "../realm/run.ts";

/** A currency other than `currency1` to `currency6`. */
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

  /** The currency's description, or null. */
  getDescription(): string | null {
    return this.#live.description;
  }

  /** The amount that a new player gets, or null. */
  getSignupBonus(): number | null {
    return this.#live.signupBonus;
  }

  toJSON(): CurrencyItem {
    liveRun();
    return parsed<"currencies">(this.#json);
  }
}

addProperties(SparkCurrency);
