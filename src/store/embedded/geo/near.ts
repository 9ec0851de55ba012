import { importValue, isMembers, type Members } from "../values.ts";
import { type Box, boxOfCap, widened } from "./box.ts";
import { legacyPosition, Malformed, type Position, pointOf, readablePlaces } from "./places.ts";
import { distanceBetween, EARTH_METRES } from "./sphere.ts";

/** The kind of a geo index: on the sphere, or on the plane of its coordinates. */
export type PlaceIndex = "2dsphere" | "2d";

export function isPlaceIndex(order: unknown): order is PlaceIndex {
  return order === "2dsphere" || order === "2d";
}

export interface Near {
  /** The distance to the value's nearest place; undefined if it has none in range. */
  distance(value: unknown): number | undefined;
  /** The box that results are limited to; undefined if they are not. */
  box: Box | undefined;
  /** One of these indexes is required. */
  indexes: readonly PlaceIndex[];
  /** The same with smaller maximum distances, in ascending order. The nearest documents are usually in one of them. */
  circles(): Near[];
}

export const NEAR_OPTIONS = ["$maxDistance", "$minDistance"] as const;

export function isNear(operator: string): operator is "$near" | "$nearSphere" {
  return operator === "$near" || operator === "$nearSphere";
}

/**
 * A GeoJSON point with distances in metres, or a legacy pair: `$nearSphere` in radians, `$near` in the plane's units.
 */
export function nearOf(operator: "$near" | "$nearSphere", operators: Members): Near {
  const operand = importValue(operators[operator]);
  const geometry = isMembers(operand)
    ? (operand.$geometry ?? (typeof operand.type === "string" ? operand : undefined))
    : undefined;
  const options = geometry === undefined ? operators : { ...operators, ...(operand as Members) };
  const [most = Number.POSITIVE_INFINITY, least = 0] = NEAR_OPTIONS.map((name) => distanceOption(name, options[name]));
  if (geometry !== undefined) return onSphere(pointOf(geometry), EARTH_METRES, least, most, ["2dsphere"]);
  if (operator === "$nearSphere")
    return onSphere(legacyPosition(operand, "sphere"), 1, least, most, ["2dsphere", "2d"]);
  return onPlane(legacyPosition(operand, "plane"), least, most);
}

function distanceOption(name: string, raw: unknown): number | undefined {
  if (raw === undefined) return undefined;
  const value = importValue(raw);
  if (typeof value !== "number" || !(value >= 0)) throw new Malformed(`${name} must be a non-negative number`);
  return value;
}

/** Radii of circles in radians and in degrees: about 1 km, 30 km and 1,000 km on Earth. */
const ANGLES = [0.00016, 0.005, 0.16];
const DEGREES = [0.01, 0.3, 10];

/** Distances are multiples of `radius`. */
function onSphere(point: Position, radius: number, least: number, most: number, indexes: readonly PlaceIndex[]): Near {
  return {
    distance(value) {
      const distances = readablePlaces(value, "sphere").map((place) => distanceBetween(point, place) * radius);
      return nearest(distances, least, most);
    },
    box: most / radius < Math.PI ? boxOfCap(point, most / radius) : undefined,
    indexes,
    circles: () =>
      ANGLES.filter((angle) => angle < most / radius).map((angle) =>
        onSphere(point, radius, least, angle * radius, indexes),
      ),
  };
}

function onPlane([x, y]: Position, least: number, most: number): Near {
  return {
    distance(value) {
      const distances = readablePlaces(value, "plane").map(([px, py]) => Math.hypot(px - x, py - y));
      return nearest(distances, least, most);
    },
    box: Number.isFinite(most)
      ? widened({ west: x - most, south: y - most, east: x + most, north: y + most })
      : undefined,
    indexes: ["2d"],
    circles: () => DEGREES.filter((wide) => wide < most).map((wide) => onPlane([x, y], least, wide)),
  };
}

function nearest(distances: readonly number[], least: number, most: number): number | undefined {
  const inRange = distances.filter((distance) => distance >= least && distance <= most);
  return inRange.length === 0 ? undefined : Math.min(...inRange);
}
