import type { VirtualGoodItem } from "../config-items.ts";
import { addMethod, addProperties } from "../realm/classes.ts";
import { parsed } from "../realm/config.ts";
import { liveRun } from "../realm/run.ts";

/** A virtual good in the game's configuration. */
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

  /** The good's description, or null. */
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

  /** The price, by currency: `{currency1: 10, GEMS: 2}`. */
  getCurrencyCosts(): Record<string, number> {
    return this.toJSON().currencyCosts;
  }

  /** The maximum number that a player may own, or null. */
  getMaxQuantity(): number | null {
    return this.#live.maxQuantity;
  }

  /** The goods that come with it. */
  getBundledGoods(): { shortCode: string; qty: number }[] {
    return this.toJSON().bundledGoods;
  }

  /** Whether it cannot be bought. */
  isDisabled(): boolean {
    return this.#live.disabled;
  }

  /** The properties of its property set, by key, or null. */
  getPropertySet(): unknown {
    return this.toJSON().propertySet;
  }

  /** The product id in Google Play, or null. */
  getGooglePlayProductId(): string | null {
    return this.#live.googlePlayProductId;
  }

  /** The product id in Apple's App Store, or null. */
  getIosAppStoreProductId(): string | null {
    return this.#live.iosAppStoreProductId;
  }

  /** The product id in the Windows Phone 8 store, or null. */
  getWP8StoreProductId(): string | null {
    return this.#live.WP8StoreProductId;
  }

  /** The product id in the Windows 8 store, or null. */
  getW8StoreProductId(): string | null {
    return this.#live.w8StoreProductId;
  }

  /** The product id in Amazon's store, or null. */
  getAmazonStoreProductId(): string | null {
    return this.#live.amazonStoreProductId;
  }

  /** The product id in Steam, or null. */
  getSteamStoreProductId(): string | null {
    return this.#live.steamStoreProductId;
  }

  /** The product id in the PlayStation store, or null. */
  getPsnStoreProductId(): string | null {
    return this.#live.psnStoreProductId;
  }

  toJSON(): VirtualGoodItem {
    liveRun();
    return parsed<"virtualGoods">(this.#json);
  }
}

for (let number = 1; number <= 6; number++) {
  /** The price in this currency, or null. */
  addMethod<SparkVirtualGood>(SparkVirtualGood, `getCurrency${number}Cost`, function (): number | null {
    return this.toJSON()[`currency${number}Cost`] ?? null;
  });
}
addProperties(SparkVirtualGood);
