import { createRequire } from "node:module";
import { type Arc, angle, arcsCross, arcsOf, distanceToArc, isOnArc, middle, type Vector, vectorOf } from "./arcs.ts";
import type { Geometry, Position } from "./geometry.ts";

/** `d3-geo` waits for the first query that needs it. */
type D3Geo = typeof import("d3-geo");
let loaded: D3Geo | undefined;
function d3(): D3Geo {
  loaded ??= createRequire(import.meta.url)("d3-geo") as D3Geo;
  return loaded;
}

/** MongoDB's radius of the Earth. */
export const EARTH_METRES = 6_378_100;

/** A geometry of the sphere, ready to be compared with others. Edges are great arcs. */
export interface Figure {
  points: readonly Vector[];
  lines: readonly (readonly Arc[])[];
  polygons: readonly Polygon[];
}

interface Polygon {
  rings: readonly Ring[];
}

interface Ring {
  /** Closed, and turned so that its smaller side is the inside. */
  positions: readonly Position[];
  arcs: readonly Arc[];
}

export function figureOf({ points, lines, polygons }: Geometry): Figure {
  return {
    points: points.map(vectorOf),
    lines: lines.map(arcsOf),
    polygons: polygons.map((rings) => ({ rings: rings.map(ringOf) })),
  };
}

/** A ring may be written either way round: as in MongoDB it means the smaller of its two sides. */
function ringOf(written: readonly Position[]): Ring {
  const isLarge = d3().geoArea({ type: "Polygon", coordinates: [written] as never }) > 2 * Math.PI;
  const positions = isLarge ? written.toReversed() : written;
  return { positions, arcs: arcsOf(positions) };
}

/** West, south, east and north of all of it in degrees; west is more than east where it lies across the date line. */
export function boundsOf({ points, lines, polygons }: Geometry): [number, number, number, number] {
  const [[west, south], [east, north]] = d3().geoBounds({
    type: "GeometryCollection",
    geometries: [
      { type: "MultiPoint", coordinates: points },
      { type: "MultiLineString", coordinates: lines },
      { type: "MultiPolygon", coordinates: polygons.map((rings) => [ringOf(rings[0]!).positions]) },
    ],
  } as never);
  return [west, south, east, north];
}

/** From a point to the nearest of a figure, in radians; 0 inside of a polygon. */
export function distanceTo(point: Position, figure: Figure): number {
  const from = vectorOf(point);
  let least = Number.POSITIVE_INFINITY;
  for (const other of figure.points) least = Math.min(least, angle(from, other));
  for (const line of figure.lines) for (const arc of line) least = Math.min(least, distanceToArc(from, arc));
  for (const polygon of figure.polygons) {
    if (covers(polygon, from)) return 0;
    for (const { arcs } of polygon.rings) for (const arc of arcs) least = Math.min(least, distanceToArc(from, arc));
  }
  return least;
}

/** Whether all of the figure is nearer to a point than a distance in radians, of less than a quarter of the Earth. */
export function isWithinCap(figure: Figure, point: Position, radius: number): boolean {
  const center = vectorOf(point);
  const isNear = (vector: Vector) => angle(center, vector) <= radius;
  const areNear = (arcs: readonly Arc[]) => arcs.every(([from, to]) => isNear(from) && isNear(to));
  return (
    figure.points.every(isNear) &&
    figure.lines.every(areNear) &&
    figure.polygons.every(({ rings }) => areNear(rings[0]!.arcs))
  );
}

/** Whether each part of the figure is in one of the polygons; their edges belong to them. */
export function isWithin(figure: Figure, polygons: readonly Polygon[]): boolean {
  return (
    figure.points.every((point) => polygons.some((polygon) => covers(polygon, point))) &&
    figure.lines.every((line) => polygons.some((polygon) => coversLine(polygon, line))) &&
    figure.polygons.every((inner) => polygons.some((polygon) => coversPolygon(polygon, inner)))
  );
}

export function intersect(a: Figure, b: Figure): boolean {
  if (a.points.some((point) => touches(b, point)) || b.points.some((point) => touches(a, point))) return true;
  const [edges, others] = [edgesOf(a), edgesOf(b)];
  if (edges.some(([from]) => touches(b, from)) || others.some(([from]) => touches(a, from))) return true;
  const ends = (figure: Figure) => figure.lines.map((line) => line.at(-1)![1]);
  if (ends(a).some((end) => touches(b, end)) || ends(b).some((end) => touches(a, end))) return true;
  return edges.some((edge) => others.some((other) => arcsCross(edge, other)));
}

function touches(figure: Figure, point: Vector): boolean {
  return (
    figure.points.some((other) => isOnArc(point, [other, other])) ||
    figure.lines.some((line) => line.some((arc) => isOnArc(point, arc))) ||
    figure.polygons.some((polygon) => covers(polygon, point))
  );
}

function edgesOf({ lines, polygons }: Figure): Arc[] {
  return [...lines.flat(), ...polygons.flatMap(({ rings }) => rings.flatMap(({ arcs }) => arcs))];
}

function covers({ rings }: Polygon, point: Vector): boolean {
  if (rings.some(({ arcs }) => arcs.some((arc) => isOnArc(point, arc)))) return true;
  const [outer, ...holes] = rings;
  return isInside(outer!, point) && !holes.some((hole) => isInside(hole, point));
}

function coversLine(polygon: Polygon, line: readonly Arc[]): boolean {
  const isCovered = (arc: Arc) => [arc[0], middle(arc), arc[1]].every((point) => covers(polygon, point));
  if (!line.every(isCovered)) return false;
  return !polygon.rings.some(({ arcs }) => arcs.some((edge) => line.some((arc) => arcsCross(edge, arc))));
}

function coversPolygon(polygon: Polygon, inner: Polygon): boolean {
  const [outer] = inner.rings;
  if (!coversLine(polygon, outer!.arcs)) return false;
  // A hole of the one that lies in the other leaves a part of that outside.
  return !polygon.rings.slice(1).some(({ arcs }) => arcs.every(([from]) => isInside(outer!, from)));
}

function isInside({ positions }: Ring, [x, y, z]: Vector): boolean {
  const degrees = 180 / Math.PI;
  const point: [number, number] = [Math.atan2(y, x) * degrees, Math.asin(Math.min(1, Math.max(-1, z))) * degrees];
  return d3().geoContains({ type: "Polygon", coordinates: [positions] as never }, point);
}
