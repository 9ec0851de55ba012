import { isObject } from "../../kernel/scripts/arguments.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import type { ArgumentKind, RedisCommand } from "../redis-commands.ts";

/** A script's arguments of a SparkRedis method, as words of a command. */
export interface RedisArguments {
  words: string[];
  /** All keys among the words, with prefix. */
  keys: string[];
  byName: ReadonlyMap<string, readonly string[]>;
}

export const MAX_TEXT_BYTES = 8_388_608;
const MAX_KEYS = 1_000;
/** Limited, as Redis returns a thousand keys at once in a scan. */
const MAX_KEY = 1_024;
const MAX_SEVERAL = 10_000;
const MAX_PATTERN = 200;
/** Each star may multiply the time to match a key. */
const MAX_STARS = 8;
const MAX_BOUND = 100;

const CHOICES: Partial<Record<ArgumentKind, readonly string[]>> = {
  operation: ["AND", "OR", "XOR", "NOT"],
  where: ["BEFORE", "AFTER"],
  presence: ["NX", "XX"],
  expiry: ["EX", "PX"],
  unit: ["M", "KM", "MI", "FT"],
};

/** Variadic kinds: all remaining arguments, separately or as an array. */
const ALL: readonly ArgumentKind[] = ["keys", "sets", "texts", "pairs"];

/** @param prefix prefix of the script's keys in Redis */
export function redisArguments(
  method: string,
  { parameters }: RedisCommand,
  given: readonly unknown[],
  prefix: string,
): RedisArguments {
  const takesAll = ALL.includes(parameters.at(-1)?.kind ?? "key");
  const values = takesAll ? [...given.slice(0, parameters.length - 1)] : [...given];
  const rest = given.slice(parameters.length - 1).flat();
  if (takesAll && rest.length > 0) values.push(rest);
  if (values.length > parameters.length) {
    throw new CallError(`${method} takes ${parameters.length} arguments, not ${values.length}.`);
  }
  const reader = new Reader(prefix);
  const words: string[] = [];
  const byName = new Map<string, readonly string[]>();
  for (const [at, { name, kind, part }] of parameters.entries()) {
    if (at >= values.length) {
      const isWanted = part === 0 || (at > 0 && parameters[at - 1]!.part === part && at === values.length);
      if (isWanted) throw new CallError(`${method}: ${name} is missing.`);
      break;
    }
    const read = reader.read(kind, values[at], `${method}: ${name}`);
    words.push(...read);
    byName.set(name, read);
  }
  return { words, keys: reader.keys, byName };
}

class Reader {
  readonly keys: string[] = [];
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** @param name method and argument, for errors */
  read(kind: ArgumentKind, value: unknown, name: string): string[] {
    switch (kind) {
      case "key":
        return [this.#key(value, name)];
      case "target":
        return ["STORE", this.#key(value, name)];
      case "keys":
        return this.#keys(value, name);
      case "sets": {
        const keys = this.#keys(value, name);
        return [String(keys.length), ...keys];
      }
      case "pairs":
        return this.#pairs(value, name);
      case "texts":
        return (value as unknown[]).map((text) => textOf(text, name));
      case "text":
        return [textOf(value, name)];
      case "hash":
        return hashOf(value, name);
      case "whole":
        return [String(wholeOf(value, name))];
      case "number":
        return [String(numberOf(value, name))];
      case "score":
        return [scoreOf(value, name)];
      case "bound":
        return [boundOf(value, name)];
      case "flag":
        return [flagOf(value, name)];
      case "bit":
        return [String(within(wholeOf(value, name), 0, MAX_TEXT_BYTES * 8 - 1, name))];
      case "byte":
        return [String(within(wholeOf(value, name), 0, MAX_TEXT_BYTES, name))];
      case "several":
        return [String(within(wholeOf(value, name), -MAX_SEVERAL, MAX_SEVERAL, name))];
      case "offset":
        return ["LIMIT", String(wholeOf(value, name))];
      case "pattern":
        return [patternOf(value, name)];
      case "places":
        return placesOf(value, name);
      case "search":
        return searchOf(value, name);
      default:
        return [choiceOf(kind, value, name)];
    }
  }

  #key(value: unknown, name: string): string {
    const key = value === null ? "null" : textOf(value, name);
    if (key.length > MAX_KEY) throw new CallError(`${name} is longer than ${MAX_KEY} characters.`);
    this.keys.push(this.#prefix + key);
    return this.#prefix + key;
  }

  #keys(value: unknown, name: string): string[] {
    const list = value as unknown[];
    if (list.length > MAX_KEYS) throw new CallError(`${name} must be at most ${MAX_KEYS}, not ${list.length}.`);
    return list.map((key) => this.#key(key, name));
  }

  #pairs(value: unknown, name: string): string[] {
    const list = value as unknown[];
    if (list.length % 2 === 1) throw new CallError(`${name} must be pairs of a key and a value.`);
    if (list.length > 2 * MAX_KEYS) throw new CallError(`${name} must be at most ${MAX_KEYS} pairs.`);
    return list.map((item, at) => (at % 2 === 0 ? this.#key(item, name) : textOf(item, name)));
  }
}

function textOf(value: unknown, name: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new CallError(`${name} must be a string, not ${kindOf(value)}.`);
}

function numberOf(value: unknown, name: string): number {
  if (typeof value === "number") return value;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
  if (Number.isFinite(number)) return number;
  throw new CallError(`${name} must be a number, not ${kindOf(value)}.`);
}

function wholeOf(value: unknown, name: string): number {
  const whole = Math.trunc(numberOf(value, name));
  if (!Number.isSafeInteger(whole)) throw new CallError(`${name} is too large.`);
  return whole;
}

function within(value: number, least: number, most: number, name: string): number {
  if (value >= least && value <= most) return value;
  throw new CallError(`${name} must be from ${least} to ${most}, not ${value}.`);
}

/** Infinity is encoded as its name. */
function scoreOf(value: unknown, name: string): string {
  if (value === "Infinity") return "+inf";
  if (value === "-Infinity") return "-inf";
  return String(numberOf(value, name));
}

function boundOf(value: unknown, name: string): string {
  if (typeof value === "number" || value === "Infinity" || value === "-Infinity") return scoreOf(value, name);
  const text = textOf(value, name);
  if (text.length > MAX_BOUND) throw new CallError(`${name} is longer than ${MAX_BOUND} characters.`);
  return text;
}

function flagOf(value: unknown, name: string): string {
  if (value === true || value === 1 || value === "1") return "1";
  if (value === false || value === 0 || value === "0") return "0";
  throw new CallError(`${name} must be true or false, not ${kindOf(value)}.`);
}

function choiceOf(kind: ArgumentKind, value: unknown, name: string): string {
  const choices = CHOICES[kind] ?? [];
  const word = typeof value === "string" ? value.toUpperCase() : "";
  if (choices.includes(word)) return word;
  throw new CallError(`${name} must be one of ${choices.join(", ")}.`);
}

function patternOf(value: unknown, name: string): string {
  const pattern = value === null ? "null" : textOf(value, name);
  if (pattern.length > MAX_PATTERN) throw new CallError(`${name} is longer than ${MAX_PATTERN} characters.`);
  const short = pattern.replace(/\*{2,}/g, "*");
  if (short.split("*").length - 1 > MAX_STARS) throw new CallError(`${name} has more than ${MAX_STARS} stars.`);
  return short;
}

function membersOf(value: unknown, name: string): [string, unknown][] {
  const members = isObject(value) ? Object.entries(value) : [];
  if (members.length === 0) throw new CallError(`${name} must be an object with at least one member.`);
  return members;
}

function hashOf(value: unknown, name: string): string[] {
  return membersOf(value, name).flatMap(([field, text]) => [field, textOf(text, `${name}.${field}`)]);
}

function placesOf(value: unknown, name: string): string[] {
  return membersOf(value, name).flatMap(([member, place]) => {
    const { longitude, latitude } = isObject(place) ? place : { longitude: null, latitude: null };
    const [long, lat] = Array.isArray(place) ? place : [longitude, latitude];
    const where = `${name}.${member}`;
    return [String(numberOf(long, `${where}.longitude`)), String(numberOf(lat, `${where}.latitude`)), member];
  });
}

function searchOf(value: unknown, name: string): string[] {
  if (value === null) return [];
  if (!isObject(value)) throw new CallError(`${name} must be an object, not ${kindOf(value)}.`);
  const { withCoord, withDist, count, sort } = value;
  return [
    ...(withCoord === true ? ["WITHCOORD"] : []),
    ...(withDist === true ? ["WITHDIST"] : []),
    ...(count === undefined || count === null ? [] : ["COUNT", String(wholeOf(count, `${name}.count`))]),
    ...(sort === undefined || sort === null ? [] : [sortOf(sort, `${name}.sort`)]),
  ];
}

function sortOf(value: unknown, name: string): string {
  const word = String(value).toUpperCase();
  if (word === "ASC" || word === "DESC") return word;
  throw new CallError(`${name} must be one of ASC, DESC.`);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
