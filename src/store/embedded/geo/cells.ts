import { after, compoundKey, type Key } from "../key.ts";
import type { Box } from "./box.ts";
import type { PlaceIndex } from "./near.ts";
import { Malformed, type Position, placesOf } from "./places.ts";

/** Keys of a geo index: points by latitude band, then by longitude, so that a box is one key range per band. */
const BANDS_PER_DEGREE = 10;
/** A box with more bands is not split; all points are scanned. */
const MOST_BANDS = 900;
const ASCENDING = [false, false] as const;

/** The index keys of a value; empty if it is missing. Throws Malformed. */
export function placeKeys(value: unknown, index: PlaceIndex): Key[] {
  const places = placesOf(value, index === "2dsphere" ? "sphere" : "plane");
  if (index === "2d") refuseFar(places);
  return places.map(pointKey);
}

function pointKey([x, y]: Position): Key {
  return compoundKey([bandOf(y), x], ASCENDING);
}

function bandOf(y: number): number {
  return Math.floor(y * BANDS_PER_DEGREE) + 0;
}

export function boxRanges({ west, south, east, north }: Box): { low: Key; high: Key | undefined }[] {
  const [first, last] = [bandOf(south), bandOf(north)];
  const all = { low: new Uint8Array(0), high: undefined };
  if (!(last - first < MOST_BANDS)) return [all];
  const spans = west <= east ? [[west, east] as const] : [[-Infinity, east] as const, [west, Infinity] as const];
  const ranges: { low: Key; high: Key | undefined }[] = [];
  for (let band = first; band <= last; band++) {
    for (const [from, to] of spans) {
      ranges.push({ low: compoundKey([band, from], ASCENDING), high: after(compoundKey([band, to], ASCENDING)) });
    }
  }
  return ranges;
}

/** The bounds that MongoDB has for such an index. */
function refuseFar(points: readonly Position[]): void {
  for (const [x, y] of points) {
    if (![x, y].every((number) => number >= -180 && number <= 180)) {
      throw new Malformed(`point not in interval of [ -180, 180 ]: [${x}, ${y}]`);
    }
  }
}
