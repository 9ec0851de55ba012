import { isMembers } from "../values.ts";

/** Longitude and latitude in degrees, or x and y on a plane. */
export type Position = readonly [number, number];

/** Positions on the sphere have bounds; on a plane they do not. */
export type Surface = "sphere" | "plane";

export class Malformed extends Error {
  override name = "Malformed";
}

/**
 * The points of a value: a GeoJSON Point, a legacy pair (`[x, y]`, or an object whose first two members are numbers),
 * or an array of these. Empty if it is missing. Throws Malformed.
 */
export function placesOf(value: unknown, surface: Surface): Position[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.length > 0 && typeof value[0] !== "number") {
    return value.map((element) => placeOf(element, surface));
  }
  return [placeOf(value, surface)];
}

/** Like `placesOf`, but empty for malformed values, as in a query. */
export function readablePlaces(value: unknown, surface: Surface): Position[] {
  try {
    return placesOf(value, surface);
  } catch (error) {
    if (error instanceof Malformed) return [];
    throw error;
  }
}

function placeOf(value: unknown, surface: Surface): Position {
  const isGeoJson =
    isMembers(value) && typeof value.type === "string" && ("coordinates" in value || "geometries" in value);
  return isGeoJson ? pointOf(value) : legacyPosition(value, surface);
}

export function pointOf(value: unknown): Position {
  if (!isMembers(value)) throw new Malformed(`a GeoJSON Point must be an object, not ${shown(value)}`);
  if (value.type !== "Point") {
    throw new Malformed(
      `the embedded store only supports a Point, not a ${shown(value.type)}; MongoDB supports others`,
    );
  }
  return positionOf(value.coordinates);
}

export function positionOf(value: unknown): Position {
  if (!Array.isArray(value) || value.length < 2)
    throw new Malformed(`Point must be an array of longitude and latitude, not ${shown(value)}`);
  return onSphere(value[0], value[1]);
}

/** A coordinate pair in the format that preceded GeoJSON. Throws Malformed. */
export function legacyPosition(value: unknown, surface: Surface): Position {
  const pair = Array.isArray(value) ? value : isMembers(value) ? Object.values(value) : [];
  if (pair.length < 2) throw new Malformed(`Point must be an array or object of two numbers, not ${shown(value)}`);
  return surface === "sphere" ? onSphere(pair[0], pair[1]) : onPlane(pair[0], pair[1]);
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

export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
