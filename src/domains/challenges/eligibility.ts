import { field, RequestError } from "../../errors.ts";
import type { ChallengeDocument } from "./document.ts";

export type Criteria = NonNullable<ChallengeDocument["eligibility"]>;

const MAX_TYPES = 100;
const MAX_VALUES = 100;

/**
 * `{"segments": {type: value | [values]}}` of a request. Refuses `{field: {MEMBER: "UNRECOGNISED"}}` and
 * `{field: {segments: {TYPE: "MALFORMED"}}}`.
 */
export function criteriaOf(key: string, value: Record<string, unknown>): Criteria {
  return segmentsIn(key, value).map(([type, wanted]) => {
    const values = (Array.isArray(wanted) ? wanted : [wanted]).map(simple);
    const isRight = values.length > 0 && values.length <= MAX_VALUES && !values.includes(undefined);
    if (!isRight) throw malformed(key, { [type]: "MALFORMED" });
    return { type, values: values as string[] };
  });
}

/** `{"segments": {type: value}}`: the segments that a client claims for its player. Refuses like `criteriaOf`. */
export function claimedSegments(key: string, value: Record<string, unknown>): Record<string, string> {
  const entries = segmentsIn(key, value).map(([type, one]) => {
    const text = simple(one);
    if (text === undefined) throw malformed(key, { [type]: "MALFORMED" });
    return [type, text];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}

/** Returns why a player with these segments may not join; undefined if the player may. */
export function ineligibility(
  criteria: Criteria | undefined,
  segments: Readonly<Record<string, string>>,
): { missingSegments?: unknown; invalidSegments?: unknown } | undefined {
  const missing: Record<string, string[]> = {};
  const actual: Record<string, string> = {};
  const required: Record<string, string | string[]> = {};
  for (const { type, values } of criteria ?? []) {
    if (!Object.hasOwn(segments, type)) missing[type] = values;
    else if (!values.includes(segments[type]!)) {
      actual[type] = segments[type]!;
      required[type] = values.length === 1 ? values[0]! : values;
    }
  }
  const reasons = {
    ...(Object.keys(missing).length > 0 && { missingSegments: missing }),
    ...(Object.keys(actual).length > 0 && { invalidSegments: { actual, required } }),
  };
  return Object.keys(reasons).length > 0 ? reasons : undefined;
}

function segmentsIn(key: string, value: Record<string, unknown>): [string, unknown][] {
  const strange = Object.keys(value).filter((name) => name !== "segments");
  if (strange.length > 0) {
    const value = Object.fromEntries(strange.slice(0, 10).map((name) => [name, "UNRECOGNISED"]));
    throw new RequestError(field(key, "UNRECOGNISED"), { value });
  }
  const { segments } = value;
  if (segments === undefined || segments === null) return [];
  if (typeof segments !== "object" || Array.isArray(segments)) throw malformed(key, "MALFORMED");
  const entries = Object.entries(segments).filter(([type]) => type !== "__proto__");
  if (entries.length > MAX_TYPES) throw malformed(key, "MALFORMED");
  return entries;
}

const malformed = (key: string, what: unknown) =>
  new RequestError(field(key, "MALFORMED"), { value: { segments: what } });

function simple(value: unknown): string | undefined {
  const isSimple = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return isSimple ? String(value) : undefined;
}
