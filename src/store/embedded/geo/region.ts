import { importValue, isMembers, type Members } from "../values.ts";
import { type Box, boxOfCap, boxOfPositions, widened } from "./box.ts";
import { legacyPosition, Malformed, type Position, positionOf, readablePlaces, type Surface, shown } from "./places.ts";
import { boxOfRing, distanceBetween, isInside, type Ring, turned } from "./sphere.ts";

/** A compiled `$geoWithin`. `box` is undefined if the region is not limited. */
export interface Region {
  holds(value: unknown): boolean;
  box: Box | undefined;
}

/** Limits a query's shape, because every candidate is compared with it. */
const MOST_POSITIONS = 1_000;

/**
 * `{$geometry}` with a Polygon and `{$centerSphere}` on the sphere; `{$box}`, `{$center}` and `{$polygon}` on the
 * plane.
 */
export function withinRegion(raw: unknown): Region {
  const operand = importValue(raw);
  if (!isMembers(operand)) throw new Malformed(`$geoWithin needs an object, not ${shown(operand)}`);
  const [shape, another] = Object.keys(operand).filter((name) => name !== "$uniqueDocs");
  if (shape === undefined || another !== undefined)
    throw new Malformed(`$geoWithin needs exactly one shape, not ${shown(operand)}`);
  const value = operand[shape];
  switch (shape) {
    case "$geometry":
      return withinPolygon(value);
    case "$centerSphere":
      return withinCap(...circleOf(shape, value, "sphere"));
    case "$center":
      return withinCircle(...circleOf(shape, value, "plane"));
    case "$box":
      return withinBox(positionsOf(shape, value, 2));
    case "$polygon":
      return withinFlatPolygon(positionsOf(shape, value, 3));
    default:
      throw new Malformed(`unknown geo specifier: ${shape}`);
  }
}

function withinPolygon(value: unknown): Region {
  const { type, coordinates, crs } = isMembers(value) ? value : ({} as Members);
  if (crs !== undefined) throw new Malformed("a crs is not supported: the smaller side of a polygon is its inside");
  if (type !== "Polygon") {
    throw new Malformed(
      `the embedded store only supports a Polygon in $geoWithin, not ${shown(type)}; combine several with $or`,
    );
  }
  const [outer, ...holes] = ringsOf(coordinates);
  return onSurface(
    "sphere",
    (point) => isInside(outer!, point) && !holes.some((hole) => isInside(hole, point)),
    boxOfRing(outer!),
  );
}

function ringsOf(value: unknown): Ring[] {
  if (!Array.isArray(value) || value.length === 0)
    throw new Malformed("Polygon coordinates must be an array with at least 1 element");
  const count = value.reduce<number>((sum, ring) => sum + (Array.isArray(ring) ? ring.length : 0), 0);
  if (count > MOST_POSITIONS)
    throw new Malformed(`the geometry of a query may have at most ${MOST_POSITIONS} positions, not ${count}`);
  return value.map(ringOf);
}

function ringOf(value: unknown): Ring {
  const ring = Array.isArray(value) ? value.map(positionOf) : [];
  const [first, last] = [ring[0], ring.at(-1)];
  if (first === undefined || first[0] !== last![0] || first[1] !== last![1])
    throw new Malformed(`Loop is not closed: ${shown(value)}`);
  const different = new Set(ring.map(([x, y]) => `${x} ${y}`));
  if (different.size < 3) throw new Malformed(`Loop must have at least 3 different vertices: ${shown(value)}`);
  return turned(ring);
}

function withinCap(center: Position, radius: number): Region {
  return onSurface("sphere", (point) => distanceBetween(center, point) <= radius, boxOfCap(center, radius));
}

function withinCircle([x, y]: Position, radius: number): Region {
  const box = { west: x - radius, south: y - radius, east: x + radius, north: y + radius };
  return onSurface("plane", ([px, py]) => Math.hypot(px - x, py - y) <= radius, widened(box));
}

function withinBox(corners: Position[]): Region {
  const box = boxOfPositions(corners);
  return onSurface(
    "plane",
    ([x, y]) => x >= box.west && x <= box.east && y >= box.south && y <= box.north,
    widened(box),
  );
}

function withinFlatPolygon(corners: Position[]): Region {
  return onSurface("plane", (point) => isInFlatPolygon(point, corners), widened(boxOfPositions(corners)));
}

/** Counts the edges that a ray to the east crosses. */
function isInFlatPolygon([x, y]: Position, corners: readonly Position[]): boolean {
  let isInside = false;
  for (const [index, [ax, ay]] of corners.entries()) {
    const [bx, by] = corners[(index + 1) % corners.length]!;
    const side = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
    const isBetween = Math.min(ax, bx) <= x && x <= Math.max(ax, bx) && Math.min(ay, by) <= y && y <= Math.max(ay, by);
    if (side === 0 && isBetween) return true;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) isInside = !isInside;
  }
  return isInside;
}

function onSurface(surface: Surface, test: (point: Position) => boolean, box: Box): Region {
  return { holds: (value) => readablePlaces(value, surface).some(test), box };
}

function circleOf(shape: string, value: unknown, surface: Surface): [Position, number] {
  if (!Array.isArray(value) || value.length !== 2)
    throw new Malformed(`${shape} needs a center and a radius, not ${shown(value)}`);
  const [center, radius] = value;
  if (!Number.isFinite(radius) || radius < 0) throw new Malformed("radius must be a non-negative number");
  return [legacyPosition(center, surface), radius];
}

function positionsOf(shape: string, value: unknown, least: number): Position[] {
  const points = Array.isArray(value) ? value : isMembers(value) ? Object.values(value) : [];
  if (points.length < least || (shape === "$box" && points.length > 2)) {
    throw new Malformed(
      `${shape} needs ${shape === "$box" ? "two corners" : "at least three corners"}, not ${shown(value)}`,
    );
  }
  if (points.length > MOST_POSITIONS) throw new Malformed(`${shape} may have at most ${MOST_POSITIONS} corners`);
  return points.map((point) => legacyPosition(point, "plane"));
}
