import { importValue, isMembers, type Members } from "../values.ts";
import { type Box, boxOfCap, boxOfPositions, boxOnSphere, widened } from "./box.ts";
import {
  type Geometry,
  geometryOf,
  legacyPosition,
  Malformed,
  type Position,
  readablePlaces,
  shown,
} from "./geometry.ts";
import { boundsOf, figureOf, intersect, isWithin, isWithinCap } from "./sphere.ts";

/** What `$geoWithin` and `$geoIntersects` ask of a value, and where alone it can be; no box: anywhere. */
export interface Region {
  holds(value: unknown): boolean;
  box: Box | undefined;
}

/** A query's own geometry is compared with every document's. */
const MOST_POSITIONS = 1_000;

/**
 * `{$geometry}` with a polygon or several and `{$centerSphere}` on the sphere, `{$box}`, `{$center}` and `{$polygon}` on
 * the plane of coordinates, which hold points only. What lies on an edge is inside.
 * @throws Malformed
 */
export function withinRegion(raw: unknown): Region {
  const operand = importValue(raw);
  if (!isMembers(operand)) throw new Malformed(`$geoWithin takes an object, not ${shown(operand)}`);
  const [shape, another] = Object.keys(operand).filter((name) => name !== "$uniqueDocs");
  if (shape === undefined || another !== undefined)
    throw new Malformed(`$geoWithin takes one shape, not ${shown(operand)}`);
  const value = operand[shape];
  switch (shape) {
    case "$geometry":
      return withinPolygons(queryGeometry(value));
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

/**
 * `{$geometry}` of any type, on the sphere.
 * @throws Malformed
 */
export function intersectingRegion(raw: unknown): Region {
  const operand = importValue(raw);
  if (!isMembers(operand) || Object.keys(operand).join() !== "$geometry") {
    throw new Malformed(`$geoIntersects takes a $geometry, not ${shown(operand)}`);
  }
  const geometry = queryGeometry(operand.$geometry);
  const figure = figureOf(geometry);
  return onSphere((place) => intersect(figureOf(place), figure), boxOf(geometry));
}

function queryGeometry(value: unknown): Geometry {
  // MongoDB's other coordinate systems have polygons of more than half the Earth.
  const { crs, ...plain } = isMembers(value) ? (value as Members) : {};
  if (crs !== undefined) throw new Malformed("a crs is not supported: the smaller side of a polygon is its inside");
  const geometry = geometryOf(isMembers(value) ? plain : value);
  const count = [geometry.points, ...geometry.lines, ...geometry.polygons.flat()].reduce(
    (sum, part) => sum + part.length,
    0,
  );
  if (count > MOST_POSITIONS)
    throw new Malformed(`the geometry of a query has at most ${MOST_POSITIONS} positions, and this one ${count}`);
  return geometry;
}

function withinPolygons(geometry: Geometry): Region {
  const { type } = geometry;
  if (type !== "Polygon" && type !== "MultiPolygon") {
    throw new Malformed(
      `$geoWithin not supported with provided geometry: it takes a Polygon or a MultiPolygon, not a ${type}`,
    );
  }
  const { polygons } = figureOf(geometry);
  return onSphere((place) => isWithin(figureOf(place), polygons), boxOf(geometry));
}

function boxOf(geometry: Geometry): Box {
  const [west, south, east, north] = boundsOf(geometry);
  return boxOnSphere({ west, south, east, north });
}

function withinCap(center: Position, radius: number): Region {
  return onSphere((place) => isWithinCap(figureOf(place), center, radius), boxOfCap(center, radius));
}

function withinCircle([x, y]: Position, radius: number): Region {
  const box = { west: x - radius, south: y - radius, east: x + radius, north: y + radius };
  return onPlane(([px, py]) => Math.hypot(px - x, py - y) <= radius, box);
}

function withinBox(corners: Position[]): Region {
  const box = boxOfPositions(corners);
  return onPlane(([x, y]) => x >= box.west && x <= box.east && y >= box.south && y <= box.north, box);
}

function withinFlatPolygon(corners: Position[]): Region {
  return onPlane((point) => isInFlatPolygon(point, corners), boxOfPositions(corners));
}

/** By how many edges a ray to the east meets. */
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

function onSphere(test: (place: Geometry) => boolean, box: Box): Region {
  return { holds: (value) => readablePlaces(value, "sphere").some(test), box };
}

function onPlane(test: (point: Position) => boolean, box: Box): Region {
  const isHeld = ({ points, lines, polygons }: Geometry) =>
    points.length > 0 && lines.length === 0 && polygons.length === 0 && points.every(test);
  return { holds: (value) => readablePlaces(value, "plane").some(isHeld), box: widened(box) };
}

function circleOf(shape: string, value: unknown, surface: "sphere" | "plane"): [Position, number] {
  if (!Array.isArray(value) || value.length !== 2)
    throw new Malformed(`${shape} takes a center and a radius, not ${shown(value)}`);
  const [center, radius] = value;
  if (!Number.isFinite(radius) || radius < 0) throw new Malformed("radius must be a non-negative number");
  return [legacyPosition(center, surface), radius];
}

function positionsOf(shape: string, value: unknown, least: number): Position[] {
  const points = Array.isArray(value) ? value : isMembers(value) ? Object.values(value) : [];
  if (points.length < least || (shape === "$box" && points.length > 2)) {
    throw new Malformed(
      `${shape} takes ${shape === "$box" ? "two corners" : "at least three corners"}, not ${shown(value)}`,
    );
  }
  if (points.length > MOST_POSITIONS) throw new Malformed(`${shape} has at most ${MOST_POSITIONS} corners`);
  return points.map((point) => legacyPosition(point, "plane"));
}
