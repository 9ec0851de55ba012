import { createRequire } from "node:module";
import { type Box, boxOnSphere } from "./box.ts";
import type { Position } from "./places.ts";

/** `d3-geo` is loaded for the first query that needs it. */
type D3Geo = typeof import("d3-geo");
let loaded: D3Geo | undefined;
function d3(): D3Geo {
  loaded ??= createRequire(import.meta.url)("d3-geo") as D3Geo;
  return loaded;
}

/** The Earth's radius as MongoDB defines it. */
export const EARTH_METRES = 6_378_100;

export type Ring = readonly Position[];

export function distanceBetween(a: Position, b: Position): number {
  return d3().geoDistance(a as [number, number], b as [number, number]);
}

/** A ring may have either orientation. As in MongoDB it means the smaller of its two sides. */
export function turned(written: Ring): Ring {
  return d3().geoArea(polygonOf(written)) > 2 * Math.PI ? written.toReversed() : written;
}

export function isInside(ring: Ring, point: Position): boolean {
  return d3().geoContains(polygonOf(ring), point as [number, number]);
}

export function boxOfRing(ring: Ring): Box {
  const [[west, south], [east, north]] = d3().geoBounds(polygonOf(ring));
  return boxOnSphere({ west, south, east, north });
}

function polygonOf(ring: Ring) {
  return { type: "Polygon" as const, coordinates: [ring as [number, number][]] };
}
