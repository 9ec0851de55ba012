import { isMembers } from "../values.ts";

/** Longitude and latitude in degrees, or x and y on a plane. */
export type Position = readonly [number, number];

/** Points, lines and polygons of one place, whatever GeoJSON type it was written as. Rings are closed. */
export interface Geometry {
  type: string;
  points: readonly Position[];
  lines: readonly (readonly Position[])[];
  polygons: readonly (readonly (readonly Position[])[])[];
}

/** Where positions are: on the sphere they have bounds, on a plane they have none. */
export type Surface = "sphere" | "plane";

/** What is no place, and why. */
export class Malformed extends Error {
  override name = "Malformed";
}

/** Positions of one geometry: what a test of it costs grows with them. */
const MOST_POSITIONS = 10_000;
const NOTHING: Omit<Geometry, "type"> = { points: [], lines: [], polygons: [] };

/**
 * The places that a document's value stands for: a GeoJSON geometry, a legacy pair (`[x, y]`, or an object whose first two
 * members are numbers), or an array of these. A missing value is none.
 * @throws Malformed
 */
export function placesOf(value: unknown, surface: Surface): Geometry[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.length > 0 && typeof value[0] !== "number") {
    return value.map((element) => placeOf(element, surface));
  }
  return [placeOf(value, surface)];
}

/** As `placesOf`; none where it is malformed, as in a query that finds what is there. */
export function readablePlaces(value: unknown, surface: Surface): Geometry[] {
  try {
    return placesOf(value, surface);
  } catch (error) {
    if (error instanceof Malformed) return [];
    throw error;
  }
}

function placeOf(value: unknown, surface: Surface): Geometry {
  const isGeoJson =
    isMembers(value) && typeof value.type === "string" && ("coordinates" in value || "geometries" in value);
  return isGeoJson ? geometryOf(value) : pointAt(legacyPosition(value, surface));
}

export function pointAt(position: Position): Geometry {
  return { ...NOTHING, type: "Point", points: [position] };
}

/**
 * A GeoJSON geometry.
 * @throws Malformed
 */
export function geometryOf(value: unknown): Geometry {
  if (!isMembers(value)) throw new Malformed(`a GeoJSON geometry is an object, not ${shown(value)}`);
  const geometry = typed(value);
  const count =
    geometry.points.length + total(geometry.lines) + geometry.polygons.reduce((sum, rings) => sum + total(rings), 0);
  if (count > MOST_POSITIONS)
    throw new Malformed(`a geometry has at most ${MOST_POSITIONS} positions, and this one ${count}`);
  return geometry;
}

const total = (lines: readonly (readonly Position[])[]) => lines.reduce((sum, line) => sum + line.length, 0);

function typed({ type, coordinates, geometries }: Record<string, unknown>): Geometry {
  switch (type) {
    case "Point":
      return { ...NOTHING, type, points: [positionOf(coordinates)] };
    case "MultiPoint":
      return { ...NOTHING, type, points: several(type, coordinates).map(positionOf) };
    case "LineString":
      return { ...NOTHING, type, lines: [lineOf(coordinates)] };
    case "MultiLineString":
      return { ...NOTHING, type, lines: several(type, coordinates).map(lineOf) };
    case "Polygon":
      return { ...NOTHING, type, polygons: [polygonOf(coordinates)] };
    case "MultiPolygon":
      return { ...NOTHING, type, polygons: several(type, coordinates).map(polygonOf) };
    case "GeometryCollection": {
      const parts = several(type, geometries).map(geometryOf);
      return {
        type,
        points: parts.flatMap(({ points }) => points),
        lines: parts.flatMap(({ lines }) => lines),
        polygons: parts.flatMap(({ polygons }) => polygons),
      };
    }
    default:
      throw new Malformed(`unknown GeoJSON type: ${shown(type)}`);
  }
}

function several(type: string, value: unknown): unknown[] {
  const what = type === "GeometryCollection" ? "geometries" : "coordinates";
  if (!Array.isArray(value) || value.length === 0)
    throw new Malformed(`${type} ${what} must be an array with at least 1 element`);
  return value;
}

function positionOf(value: unknown): Position {
  if (!Array.isArray(value) || value.length < 2)
    throw new Malformed(`Point must be an array of longitude and latitude, not ${shown(value)}`);
  return onSphere(value[0], value[1]);
}

function onSphere(longitude: unknown, latitude: unknown): Position {
  const [x, y] = onPlane(longitude, latitude);
  if (Math.abs(x) > 180 || Math.abs(y) > 90)
    throw new Malformed(`longitude/latitude is out of bounds, lng: ${x} lat: ${y}`);
  return [x, y];
}

function onPlane(x: unknown, y: unknown): Position {
  if (!Number.isFinite(x) || !Number.isFinite(y)) throw new Malformed("Point must only contain numeric elements");
  return [x as number, y as number];
}

/**
 * A pair of coordinates as they were written before GeoJSON.
 * @throws Malformed
 */
export function legacyPosition(value: unknown, surface: Surface): Position {
  const pair = Array.isArray(value) ? value : isMembers(value) ? Object.values(value) : [];
  if (pair.length < 2) throw new Malformed(`Point must be an array or object of two numbers, not ${shown(value)}`);
  return surface === "sphere" ? onSphere(pair[0], pair[1]) : onPlane(pair[0], pair[1]);
}

function lineOf(value: unknown): Position[] {
  const line = several("LineString", value).map(positionOf);
  if (line.length < 2) throw new Malformed("GeoJSON LineString must have at least 2 vertices");
  return line;
}

function polygonOf(value: unknown): Position[][] {
  return several("Polygon", value).map(ringOf);
}

function ringOf(value: unknown): Position[] {
  const ring = several("Polygon", value).map(positionOf);
  const [first, last] = [ring[0]!, ring.at(-1)!];
  if (first[0] !== last[0] || first[1] !== last[1]) throw new Malformed(`Loop is not closed: ${shown(value)}`);
  const different = new Set(ring.map(([x, y]) => `${x} ${y}`));
  if (different.size < 3) throw new Malformed(`Loop must have at least 3 different vertices: ${shown(value)}`);
  return ring;
}

export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
