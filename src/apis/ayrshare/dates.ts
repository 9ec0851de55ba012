import { Type } from "@sinclair/typebox";

/** Times of the API are UTC and written with Z. They are sent without milliseconds. */

const UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export const WANTED_TIME = "a time in UTC such as 2030-01-31T18:00:00Z";

/** In milliseconds since 1970; undefined if the text is not a time in UTC. Other offsets are not understood. */
export function instantOf(text: string): number | undefined {
  if (!UTC.test(text)) return undefined;
  const ms = Date.parse(text);
  // Dates such as February 31 must not move on to March.
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 10) === text.slice(0, 10) ? ms : undefined;
}

/** A time, or the begin or end of a day. */
export function boundOf(text: string, edge: "begin" | "end"): number | undefined {
  if (!DAY.test(text)) return instantOf(text);
  return instantOf(edge === "begin" ? `${text}T00:00:00Z` : `${text}T23:59:59.999Z`);
}

/** 2030-01-31T18:00:00Z */
export const utc = (date: Date): string => date.toISOString().replace(/\.\d{3}Z$/, "Z");

/** As older answers have times. */
export const Stamp = Type.Object({ _seconds: Type.Integer(), _nanoseconds: Type.Integer(), utc: Type.String() });

export function stamp(date: Date): { _seconds: number; _nanoseconds: number; utc: string } {
  const ms = date.getTime();
  const seconds = Math.floor(ms / 1000);
  return { _seconds: seconds, _nanoseconds: (ms - seconds * 1000) * 1_000_000, utc: utc(date) };
}
