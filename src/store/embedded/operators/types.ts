import { ObjectId } from "../../../bson.ts";
import { hasType, isMembers, isObjectId, TYPE_NUMBERS } from "../values.ts";
import { parseDate } from "./date-text.ts";
import { bad, isNil, namedOperands, type Operators, ofOne } from "./operand.ts";

type Conversion = (value: unknown) => unknown;

/** Numbers are JavaScript's: $toLong refuses values beyond 2^53, and $toDecimal rounds to the nearest double. */
const CONVERSIONS: Record<string, Conversion> = {
  double: toDouble,
  string: toText,
  objectId: toObjectId,
  bool: (value) => value !== false && value !== 0,
  date: toDate,
  int: (value) => whole(value, "int", value instanceof Date ? Number.NaN : toDouble(value)),
  long: (value) => whole(value, "long", toDouble(value)),
  decimal: toDouble,
};
const NAMES = ["null", "double", "int", "string", "object", "array", "bool", "date", "objectId"];

export const TYPES: Operators = {
  $type: ofOne((value) => typeName(value)),
  ...Object.fromEntries(
    Object.entries(CONVERSIONS).map(([to, apply]) => [
      `$to${to[0]!.toUpperCase()}${to.slice(1)}`,
      ofOne((value) => (isNil(value) ? null : apply(value))),
    ]),
  ),
  $convert: (raw, evaluate, name) => {
    const given = namedOperands(raw, name, ["input", "to"], ["onError", "onNull"]);
    const [value, wanted] = [evaluate(given["input"]), evaluate(given["to"])];
    if (isNil(value)) return evaluate(given["onNull"] ?? null);
    if (isNil(wanted)) return null;
    const type = isMembers(wanted) ? wanted["type"] : wanted;
    const to = typeof type === "number" ? TYPE_NUMBERS[type] : type;
    if (typeof to !== "string" || !Object.hasOwn(CONVERSIONS, to)) throw bad(`$convert cannot convert to ${to}.`);
    try {
      return CONVERSIONS[to]!(value);
    } catch (error) {
      if (given["onError"] === undefined) throw error;
      return evaluate(given["onError"]);
    }
  },
};

function typeName(value: unknown): string {
  if (value === undefined) return "missing";
  return value instanceof RegExp ? "regex" : NAMES.find((name) => hasType(value, name))!;
}

function impossible(value: unknown, to: string): Error {
  const shown = typeof value === "string" ? ` "${value.slice(0, 50)}"` : "";
  return bad(`A value of type ${typeName(value)}${shown} cannot be converted to ${to}.`);
}

function whole(value: unknown, to: "int" | "long", number: number): number {
  const part = Math.trunc(number) || 0;
  const fits = to === "int" ? (part | 0) === part : Number.isSafeInteger(part);
  const isWhole = typeof value !== "string" || /^[+-]?\d+$/.test(value);
  if (!fits || !isWhole || !Number.isFinite(number)) throw impossible(value, to);
  return part;
}

function toDouble(value: unknown): number {
  if (typeof value === "number" || typeof value === "boolean") return Number(value);
  if (value instanceof Date) return value.getTime();
  if (typeof value !== "string") throw impossible(value, "double");
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) return Number(value);
  const [, sign, name] = /^([+-]?)(nan|inf|infinity)$/i.exec(value) ?? [];
  if (name === undefined) throw impossible(value, "double");
  if (name.toLowerCase() === "nan") return Number.NaN;
  return sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function toText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (isObjectId(value)) return value.toHexString();
  if (typeof value === "object") throw impossible(value, "string");
  return String(value);
}

/** For operators that accept numbers and dates as strings, and a missing value as "". */
export function plainText(value: unknown, name: string): string {
  if (isNil(value)) return "";
  if (typeof value === "string" || typeof value === "number" || value instanceof Date) return toText(value);
  throw bad(`${name} needs strings.`);
}

function toDate(value: unknown): Date {
  if (value instanceof Date) return value;
  if (isObjectId(value)) return value.getTimestamp();
  if (typeof value === "string") return parseDate(value);
  if (typeof value !== "number" || !(Math.abs(value) <= MAX_TIME)) throw impossible(value, "date");
  return new Date(value);
}

const MAX_TIME = 8.64e15;

function toObjectId(value: unknown): ObjectId {
  if (isObjectId(value)) return value;
  if (typeof value === "string" && /^[0-9a-fA-F]{24}$/.test(value)) return ObjectId.createFromHexString(value);
  throw impossible(value, "objectId");
}
