import { type Binary, type Long, ObjectId } from "../../bson.ts";
import { StoreError } from "../errors.ts";

/**
 * Values that the store itself never writes, but another program may have written into the database, as the nearest that
 * a document of the store has: every kind of number as a number (beyond 2^53 the nearest one), a UUID as its text, other
 * binary data as base64, a timestamp of the oplog as a Date, a regular expression, symbol or code as its text. What
 * has no such form (MinKey, MaxKey, DBRef) is refused with a sentence, for a change of it would destroy it.
 *
 * The value itself comes back, changed in place where it must be. Costs a look at each member.
 */
export function toPlain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const item = value[i];
      if (typeof item === "object" && item !== null) value[i] = toPlain(item);
    }
    return value;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return fromClass(value);
  const members = value as Record<string, unknown>;
  for (const key in members) {
    const item = members[key];
    if (typeof item !== "object" || item === null) continue;
    const plain = toPlain(item);
    if (plain !== item)
      Object.defineProperty(members, key, { value: plain, enumerable: true, configurable: true, writable: true });
  }
  return members;
}

function fromClass(value: object): unknown {
  if (value instanceof ObjectId || value instanceof Date) return value;
  if (value instanceof RegExp) return String(value);
  const kind = (value as { _bsontype?: unknown })._bsontype;
  switch (kind) {
    case "Long":
    case "Int32":
    case "Double":
    case "Decimal128":
      return Number(String(value));
    case "Timestamp":
      return new Date((value as Long).getHighBitsUnsigned() * 1000);
    case "Binary":
    case "UUID":
      return textOf(value as Binary);
    case "BSONSymbol":
      return String(value);
    case "BSONRegExp": {
      const { pattern, options } = value as { pattern: string; options: string };
      return `/${pattern}/${options}`;
    }
    case "Code":
      return (value as { code: string }).code;
    case undefined:
      return value;
    default:
      throw new StoreError("BAD_OPERATION", `A document has a value of type ${kind}, which cannot be read here.`);
  }
}

const UUID = 4;

function textOf(binary: Binary): string {
  return binary.sub_type === UUID && binary.position === 16 ? binary.toUUID().toString() : binary.toString("base64");
}
