import type { Position } from "./geometry.ts";

/** Great arcs between points of the unit sphere, by vectors. */
export type Vector = readonly [number, number, number];

/** Sides of an arc nearer than this are no sides. */
const ROUNDING = 1e-15;

export type Arc = readonly [from: Vector, to: Vector];

/** Closer than this counts as the same place: less than a tenth of a millimetre on the Earth. */
const SAME = 1e-11;

export function vectorOf([longitude, latitude]: Position): Vector {
  const [x, y] = [(longitude * Math.PI) / 180, (latitude * Math.PI) / 180];
  return [Math.cos(y) * Math.cos(x), Math.cos(y) * Math.sin(x), Math.sin(y)];
}

export function arcsOf(line: readonly Position[]): Arc[] {
  const vectors = line.map(vectorOf);
  return vectors.slice(1).map((to, index) => [vectors[index]!, to]);
}

/** In radians. */
export function angle(a: Vector, b: Vector): number {
  return Math.atan2(norm(cross(a, b)), dot(a, b));
}

/** From a point to the nearest of an arc, in radians. */
export function distanceToArc(point: Vector, [from, to]: Arc): number {
  const normal = cross(from, to);
  const length = norm(normal);
  const nearest = Math.min(angle(point, from), angle(point, to));
  if (length < SAME) return nearest;
  const isBeside = dot(cross(normal, from), point) >= 0 && dot(cross(to, normal), point) >= 0;
  return isBeside ? Math.min(nearest, Math.abs(Math.asin(clamp(dot(normal, point) / length)))) : nearest;
}

export function isOnArc(point: Vector, arc: Arc): boolean {
  return distanceToArc(point, arc) <= SAME;
}

/** Whether two arcs cross within both; meeting at an end is not crossing. */
export function arcsCross([a, b]: Arc, [c, d]: Arc): boolean {
  const ab = cross(a, b);
  const cd = cross(c, d);
  const [acb, bda, cbd, dac] = [-dot(ab, c), dot(ab, d), -dot(cd, b), dot(cd, a)];
  const sign = Math.sign(acb);
  return [acb, bda, cbd, dac].every((side) => side * sign > ROUNDING);
}

/** The point half way along. */
export function middle([a, b]: Arc): Vector {
  const sum: Vector = [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
  const length = norm(sum) || 1;
  return [sum[0] / length, sum[1] / length, sum[2] / length];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function norm(a: Vector): number {
  return Math.sqrt(dot(a, a));
}

function clamp(value: number): number {
  return Math.min(1, Math.max(-1, value));
}
