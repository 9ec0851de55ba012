import { ObjectId } from "../../bson.ts";
import { EMPTY_ARRAY, isMembers, type Members, typeRank } from "./values.ts";

/**
 * Encodes values as bytes that sort in MongoDB's order, so that an index is a B-tree of them. No encoding is a prefix
 * of another, so a compound key is the concatenation of its parts. Descending parts have all bits inverted.
 */
export type Key = Uint8Array;

const TAG = {
  end: 0,
  emptyArray: 4,
  null: 5,
  number: 16,
  string: 32,
  object: 48,
  array: 64,
  objectId: 96,
  false: 112,
  true: 113,
  date: 128,
};

let scratch = Buffer.alloc(4096);
let length = 0;

export function keyOf(value: unknown): Key {
  length = 0;
  write(value);
  return finish();
}

/** The key as text, for sets and maps. Equal values have equal keys, whatever their type. */
export function keyText(value: unknown): string {
  length = 0;
  write(value);
  return scratch.toString("latin1", 0, length);
}

/** The key of an index entry. `descending` says which of its parts are in descending order. */
export function compoundKey(values: readonly unknown[], descending: readonly boolean[]): Key {
  writeAll(values, descending);
  return finish();
}

/** The same as text with one character per byte, which is twice as fast to create and compare. */
export function compoundKeyText(values: readonly unknown[], descending: readonly boolean[]): string {
  writeAll(values, descending);
  return scratch.toString("latin1", 0, length);
}

function writeAll(values: readonly unknown[], descending: readonly boolean[]): void {
  length = 0;
  for (let i = 0; i < values.length; i++) {
    const start = length;
    write(values[i]);
    if (descending[i]) invert(start);
  }
}

/** The smallest key above every key with this prefix; undefined if there is none. */
export function after(prefix: Key): Key | undefined {
  for (let end = prefix.length; end > 0; end--) {
    if (prefix[end - 1] !== 0xff) {
      const bound = prefix.slice(0, end);
      bound[end - 1]!++;
      return bound;
    }
  }
  return undefined;
}

/** The range of keys of all values with the type of `value`. */
export function typeBounds(value: unknown): [Key, Key] {
  const [low, high] = RANGES[typeRank(value)]!;
  return [Uint8Array.of(low), Uint8Array.of(high)];
}

const RANGES: Record<number, [number, number]> = {
  1: [TAG.null, TAG.null + 1],
  2: [TAG.number, TAG.number + 1],
  3: [TAG.string, TAG.string + 1],
  4: [TAG.object, TAG.object + 1],
  5: [TAG.array, TAG.array + 1],
  7: [TAG.objectId, TAG.objectId + 1],
  8: [TAG.false, TAG.true + 1],
  9: [TAG.date, TAG.date + 1],
};

export function inverted(key: Key): Key {
  return key.map((byte) => byte ^ 0xff);
}

function finish(): Key {
  return new Uint8Array(scratch.subarray(0, length));
}

function invert(start: number): void {
  for (let i = start; i < length; i++) scratch[i]! ^= 0xff;
}

function reserve(bytes: number): void {
  if (length + bytes <= scratch.length) return;
  const larger = Buffer.alloc(Math.max(scratch.length * 2, length + bytes));
  scratch.copy(larger, 0, 0, length);
  scratch = larger;
}

function write(value: unknown): void {
  reserve(16);
  switch (typeof value) {
    case "string":
      scratch[length++] = TAG.string;
      writeText(value);
      return;
    case "number":
      scratch[length++] = TAG.number;
      writeNumber(value);
      return;
    case "boolean":
      scratch[length++] = value ? TAG.true : TAG.false;
      return;
    case "object":
      writeObject(value);
      return;
    default:
      scratch[length++] = value === EMPTY_ARRAY ? TAG.emptyArray : TAG.null;
  }
}

function writeObject(value: object | null): void {
  if (value === null) {
    scratch[length++] = TAG.null;
  } else if (value instanceof ObjectId) {
    scratch[length++] = TAG.objectId;
    scratch.set(value.id, length);
    length += 12;
  } else if (value instanceof Date) {
    scratch[length++] = TAG.date;
    writeNumber(value.getTime());
  } else if (Array.isArray(value)) {
    scratch[length++] = TAG.array;
    for (const item of value) write(item);
    writeEnd();
  } else if (isMembers(value)) {
    scratch[length++] = TAG.object;
    writeMembers(value);
  }
}

function writeMembers(members: Members): void {
  for (const name of Object.keys(members)) {
    reserve(1);
    scratch[length++] = typeRank(members[name]);
    writeText(name);
    write(members[name]);
  }
  writeEnd();
}

function writeEnd(): void {
  reserve(1);
  scratch[length++] = TAG.end;
}

/** Eight bytes: the double with its sign bit inverted, or all bits if it is negative. NaN sorts first. */
function writeNumber(value: number): void {
  if (Number.isNaN(value)) {
    scratch.fill(0, length, length + 8);
  } else {
    const start = length;
    scratch.writeDoubleBE(value + 0, start);
    if (scratch[start]! & 0x80) for (let i = start; i < start + 8; i++) scratch[i]! ^= 0xff;
    else scratch[start]! |= 0x80;
  }
  length += 8;
}

/** UTF-8 with a terminating zero byte. The bytes 0 and 1 are escaped as 1 1 and 1 2. */
function writeText(text: string): void {
  reserve(text.length * 3 + 1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these two are what must be escaped
  const plain = /[\0\x01]/.test(text) ? text.replace(/[\0\x01]/g, (c) => (c === "\0" ? "\x01\x01" : "\x01\x02")) : text;
  if (plain !== text) reserve(plain.length * 3 + 1);
  length += scratch.write(plain, length);
  scratch[length++] = TAG.end;
}
