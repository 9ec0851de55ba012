import { StoreError } from "../../errors.ts";
import type { Document } from "../../store.ts";
import type { CollectionInfo } from "../catalog.ts";
import { compileFilter } from "../match.ts";
import { parsePath, withValueAt } from "../paths.ts";
import { isMembers, type Members } from "../values.ts";
import { distanceOf, nearClause, refuseNear } from "./clauses.ts";

/** A `$geoNear` as a find: its filter, by whose distance the documents come, and what is added to each of them. */
export interface GeoNear {
  filter: Document;
  withDistance(document: Members): Members;
}

/**
 * `{near, distanceField, spherical, maxDistance, minDistance, query, key, distanceMultiplier}`: distances in metres from a
 * GeoJSON point; from a legacy pair in radians where it is spherical, else in the plane's units. Without a key there must
 * be one index of places.
 */
export function geoNear(options: unknown, info: CollectionInfo | undefined): GeoNear {
  if (!isMembers(options) || options.near === undefined) throw bad("$geoNear requires a 'near' option.");
  const { near, distanceField, spherical, maxDistance, minDistance, query = {}, distanceMultiplier = 1 } = options;
  if (options.includeLocs !== undefined) throw bad("$geoNear: includeLocs is not supported.");
  if (typeof distanceField !== "string") throw bad("$geoNear requires a 'distanceField' option as a String.");
  if (typeof distanceMultiplier !== "number" || !(distanceMultiplier >= 0)) {
    throw bad("$geoNear: distanceMultiplier must be a non-negative number.");
  }
  if (!isMembers(query)) throw bad("$geoNear: query must be an object.");
  refuseNear(query);
  const isGeoJson = isMembers(near) && typeof near.type === "string";
  const bounds = {
    ...(maxDistance !== undefined && { $maxDistance: maxDistance }),
    ...(minDistance !== undefined && { $minDistance: minDistance }),
  };
  const operator = isGeoJson || spherical === true ? "$nearSphere" : "$near";
  const asked = isGeoJson ? { [operator]: { $geometry: near, ...bounds } } : { [operator]: near, ...bounds };
  const place = { [keyOf(options.key, info)]: asked };
  compileFilter(place);
  const clause = nearClause(place)!;
  const target = parsePath(distanceField);
  return {
    filter: { $and: [place, query] },
    withDistance(document) {
      return withValueAt(document, target, distanceOf(clause, document) * distanceMultiplier);
    },
  };
}

function keyOf(key: unknown, info: CollectionInfo | undefined): string {
  if (typeof key === "string") return key;
  if (key !== undefined) throw bad("$geoNear: key must be a string.");
  const places = (info?.indexes ?? []).flatMap(({ place }) => place?.text ?? []);
  // A collection that is not there has no documents either.
  if (info === undefined) return "place";
  if (places.length !== 1) {
    throw bad(
      `$geoNear requires a 2d or 2dsphere index, and a key where there are several: there are ${places.length}.`,
    );
  }
  return places[0]!;
}

function bad(message: string): StoreError {
  return new StoreError("BAD_OPERATION", message);
}
