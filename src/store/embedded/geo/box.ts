import type { Position } from "./places.ts";

/** A bounding box on the plane or in degrees on the sphere, where `west` > `east` if it crosses the date line. */
export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** A few centimetres, to allow for rounding. */
const MARGIN = 1e-6;

export function boxOfCap([longitude, latitude]: Position, radius: number): Box {
  const degrees = (radius * 180) / Math.PI;
  const [south, north] = [latitude - degrees, latitude + degrees];
  const sine = Math.sin(radius) / Math.cos((latitude * Math.PI) / 180);
  const wide = degrees >= 90 || sine >= 1 ? 180 : (Math.asin(sine) * 180) / Math.PI;
  return boxOnSphere({ west: longitude - wide, south, east: longitude + wide, north });
}

/** Slightly enlarged, with longitudes from -180 to 180. A box that contains a pole has all longitudes. */
export function boxOnSphere({ west, south, east, north }: Box): Box {
  const [least, most] = [south - MARGIN, north + MARGIN];
  const width = east - west + (east < west ? 360 : 0) + 2 * MARGIN;
  if (least <= -90 || most >= 90 || width >= 360) return { west: -180, south: least, east: 180, north: most };
  return { west: turned(west - MARGIN), south: least, east: turned(east + MARGIN), north: most };
}

export function boxOfPositions(positions: readonly Position[]): Box {
  const [xs, ys] = [positions.map(([x]) => x), positions.map(([, y]) => y)];
  return { west: Math.min(...xs), south: Math.min(...ys), east: Math.max(...xs), north: Math.max(...ys) };
}

export function widened({ west, south, east, north }: Box): Box {
  return { west: west - MARGIN, south: south - MARGIN, east: east + MARGIN, north: north + MARGIN };
}

function turned(longitude: number): number {
  if (longitude < -180) return longitude + 360;
  return longitude > 180 ? longitude - 360 : longitude;
}
