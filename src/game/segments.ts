import { type Described, describedBy, type Item, listIn, shortCodeOf } from "./item.ts";

/** A dimension by which players are segmented, such as country, with its values. */
export interface SegmentType extends Described {
  values: readonly Described[];
}

export function segmentTypeOf(item: Item, described: Described): SegmentType {
  const values = listIn(item, "~values", "~segmentValues", "values").flatMap((value) => {
    const shortCode = shortCodeOf(value);
    return shortCode === undefined ? [] : [describedBy(value, shortCode)];
  });
  return { ...described, values };
}
