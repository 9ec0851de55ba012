import { type Binary, type Long, ObjectId } from "../../bson.ts";
import { StoreError } from "../errors.ts";

/**
 * Converts values that other programs have written, in place, to the nearest stored value. Numbers are rounded beyond
 * 2^53; binary data becomes base64. MinKey, MaxKey and DBRef are refused, because a change would destroy them.
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
      throw new StoreError("BAD_OPERATION", `A document contains a value of type ${kind}, which is not supported.`);
  }
}

const UUID = 4;

function textOf(binary: Binary): string {
  return binary.sub_type === UUID && binary.position === 16 ? binary.toUUID().toString() : binary.toString("base64");
}
