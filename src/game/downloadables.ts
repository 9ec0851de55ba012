import { type Described, type Item, numberIn } from "./item.ts";

export interface Downloadable extends Described {
  /** Bytes. */
  size: number | undefined;
  /** Milliseconds since 1970. */
  lastModified: number | undefined;
}

export function downloadableOf(item: Item, described: Described): Downloadable {
  const modified = item["lastModified"];
  const time = typeof modified === "string" ? Date.parse(modified) : Number.NaN;
  return {
    ...described,
    size: numberIn(item, "size"),
    lastModified: Number.isNaN(time) ? numberIn(item, "lastModified") : time,
  };
}
