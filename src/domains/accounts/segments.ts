import { field, RequestError } from "../../errors.ts";

const SEGMENT_NAME = /^[^.$\0][^.\0]{0,127}$/;
const MAX_SEGMENTS = 100;

/** Converts the `segments` of a request, {type: value}, for storage. Ignores nulls; refuses other invalid values. */
export function segmentsOf(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw new RequestError(field("segments", "INVALID"));
  const entries = Object.entries(value).filter(([, v]) => v !== null);
  if (entries.length > MAX_SEGMENTS) throw new RequestError(field("segments", "TOO_MANY"));
  const segments: Record<string, string> = {};
  for (const [type, v] of entries) {
    const simple = typeof v === "string" || typeof v === "number" || typeof v === "boolean";
    if (!SEGMENT_NAME.test(type) || type === "__proto__" || !simple)
      throw new RequestError(field("segments", "INVALID"));
    segments[type] = String(v);
  }
  return segments;
}
