import { type Amounts, amountsIn } from "./currencies.ts";
import { type Described, flagIn, type Item, listIn, numberIn, referenceIn, textIn, textsIn } from "./item.ts";

export interface VirtualGood extends Described {
  /** "VGOOD", or "CURRENCY" for a good that converts to its costs in currency. */
  type: string;
  tags: readonly string[];
  costs: Amounts;
  productIds: ReadonlyMap<ProductStore, string>;
  /** How many a player may own; undefined: no limit. */
  maxQuantity: number | undefined;
  bundledGoods: readonly { shortCode: string; qty: number }[];
  disabled: boolean;
  propertySet: string | undefined;
}

export const PRODUCT_STORES = [
  "googlePlay",
  "iosAppStore",
  "WP8Store",
  "w8Store",
  "amazonStore",
  "steamStore",
  "psnStore",
] as const;
export type ProductStore = (typeof PRODUCT_STORES)[number];
const SPELLED_OTHERWISE: Partial<Record<ProductStore, string>> = { WP8Store: "wp8Store", w8Store: "W8Store" };

export function virtualGoodOf(item: Item, described: Described): VirtualGood {
  const productIds = new Map<ProductStore, string>();
  for (const store of PRODUCT_STORES) {
    const id = textIn(item, `${store}ProductId`, `${SPELLED_OTHERWISE[store]}ProductId`);
    if (id) productIds.set(store, id);
  }
  return {
    ...described,
    type: textIn(item, "type")?.toUpperCase() || "VGOOD",
    tags: textsIn(item, "tags"),
    costs: amountsIn(item, "Cost"),
    productIds,
    maxQuantity: numberIn(item, "maxQuantity"),
    bundledGoods: listIn(item, "~bundledGoods", "bundledGoods").flatMap(bundledGoodOf),
    disabled: flagIn(item, "disabled"),
    propertySet: referenceIn(item, "propertySet"),
  };
}

function bundledGoodOf(item: Item): VirtualGood["bundledGoods"] {
  const shortCode = referenceIn(item, "virtualGood", "good", "bundledGood", "shortCode", "@ref");
  return shortCode === undefined ? [] : [{ shortCode, qty: numberIn(item, "qty", "quantity") ?? 1 }];
}
