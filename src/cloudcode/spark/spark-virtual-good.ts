import type { VirtualGoodItem } from "../config-items.ts";
import { addMethod, addProperties } from "../realm/classes.ts";
import { parsed } from "../realm/config.ts";
import { liveRun } from "../realm/run.ts";

/** A virtual good as the game is configured: what it costs, what stores call it, what comes with it. */
export class SparkVirtualGood {
  readonly #json: string;
  readonly #item: VirtualGoodItem;

  constructor(json: string) {
    this.#json = json;
    this.#item = parsed<"virtualGoods">(json);
  }

  get #live(): VirtualGoodItem {
    liveRun();
    return this.#item;
  }

  /** The good's short code. */
  getShortCode(): string {
    return this.#live.shortCode;
  }

  /** The good's name. */
  getName(): string {
    return this.#live.name;
  }

  /** What the good is; null where nothing is said. */
  getDescription(): string | null {
    return this.#live.description;
  }

  /** "VGOOD", or "CURRENCY" for a pack of currency. */
  getType(): string {
    return this.#live.type;
  }

  /** The good's tags. */
  getTags(): string[] {
    return this.toJSON().tags;
  }

  /** What the good costs, by currency: `{currency1: 10, GEMS: 2}`. */
  getCurrencyCosts(): Record<string, number> {
    return this.toJSON().currencyCosts;
  }

  /** How many of it a player may own; null where there is no limit. */
  getMaxQuantity(): number | null {
    return this.#live.maxQuantity;
  }

  /** What comes with it. */
  getBundledGoods(): { shortCode: string; qty: number }[] {
    return this.toJSON().bundledGoods;
  }

  /** Can it not be bought? */
  isDisabled(): boolean {
    return this.#live.disabled;
  }

  /** The properties of its property set, by key; null where it has none. */
  getPropertySet(): unknown {
    return this.toJSON().propertySet;
  }

  /** What Google Play calls it; null where it does not. */
  getGooglePlayProductId(): string | null {
    return this.#live.googlePlayProductId;
  }

  /** What Apple's App Store calls it; null where it does not. */
  getIosAppStoreProductId(): string | null {
    return this.#live.iosAppStoreProductId;
  }

  /** What the store of Windows Phone 8 calls it; null where it does not. */
  getWP8StoreProductId(): string | null {
    return this.#live.WP8StoreProductId;
  }

  /** What the store of Windows 8 calls it; null where it does not. */
  getW8StoreProductId(): string | null {
    return this.#live.w8StoreProductId;
  }

  /** What Amazon's store calls it; null where it does not. */
  getAmazonStoreProductId(): string | null {
    return this.#live.amazonStoreProductId;
  }

  /** What Steam calls it; null where it does not. */
  getSteamStoreProductId(): string | null {
    return this.#live.steamStoreProductId;
  }

  /** What the PlayStation's store calls it; null where it does not. */
  getPsnStoreProductId(): string | null {
    return this.#live.psnStoreProductId;
  }

  toJSON(): VirtualGoodItem {
    liveRun();
    return parsed<"virtualGoods">(this.#json);
  }
}

for (let number = 1; number <= 6; number++) {
  /** What it costs of the currency of this number; null where it has no price in it. */
  addMethod<SparkVirtualGood>(SparkVirtualGood, `getCurrency${number}Cost`, function (): number | null {
    return this.toJSON()[`currency${number}Cost`] ?? null;
  });
}
addProperties(SparkVirtualGood);
