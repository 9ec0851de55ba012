import {
  type ArgumentKind,
  REDIS_COMMANDS,
  type RedisCommand,
  type ReplyKind,
} from "../src/cloudcode/redis-commands.ts";
import type { SourceClass } from "./spark-source.ts";

const ARGUMENTS: Record<ArgumentKind, string> = {
  key: "string | number | null",
  keys: "(string | number | null)[]",
  sets: "(string | number | null)[]",
  text: "string | number | boolean",
  texts: "(string | number | boolean)[]",
  pairs: "(string | number | boolean | null)[]",
  hash: "Record<string, string | number | boolean>",
  whole: "number",
  number: "number",
  score: "number",
  bound: "number | string",
  flag: "boolean",
  bit: "number",
  byte: "number",
  several: "number",
  pattern: "string | null",
  operation: "string",
  where: "string",
  presence: "string",
  expiry: "string",
  unit: "string",
  target: "string | number | null",
  offset: "number",
  places: "Record<string, { longitude: number; latitude: number } | [longitude: number, latitude: number]>",
  search: "{ withCoord?: boolean; withDist?: boolean; count?: number; sort?: string } | null",
};

const REPLIES: Record<ReplyKind, string> = {
  number: "number",
  flag: "boolean",
  text: "string",
  texts: "string[]",
  hash: "Record<string, string>",
  scores: "Record<string, number>[]",
  places: "({ longitude: number; latitude: number } | null)[]",
  found: "{ member: string; distance: number | null; coordinate: { longitude: number; latitude: number } | null }[]",
  sorted: "any",
  picked: "any",
};

/** Commands that may find nothing, and answer null then. */
const MAY_BE_NULL = /^(get|getSet|hget|lindex|lpop|rpop|rpoplpush|set|spop|zscore|zrank|zrevrank|geodist)$/;

/** The methods of SparkRedis, of the table that they are made from. */
export function redisMembers(): SourceClass["added"] {
  return Object.entries<RedisCommand>(REDIS_COMMANDS).map(([name, command]) => ({
    name: new RegExp(`^${name}$`),
    kind: "method",
    doc: docOf(name, command),
    type: `(${command.parameters.map(parameterOf).join(", ")}): ${REPLIES[command.reply]}${MAY_BE_NULL.test(name) ? " | null" : ""}`,
  }));
}

function parameterOf({ name, kind, part }: RedisCommand["parameters"][number]): string {
  const type = ARGUMENTS[kind];
  // Several are given one after the other, or as an array.
  if (type.endsWith("[]")) return `...${name}: ${type.slice(0, -2)}[] | [${type}]`;
  return `${name}${part > 0 ? "?" : ""}: ${type}`;
}

function docOf(name: string, { words }: RedisCommand): string {
  if (name === "flushdb") return "/** Deletes all keys of the game and the stage; those of others stay. */";
  if (name === "keys")
    return "/** The keys that a pattern such as `player:*` finds, 10,000 at most. Goes through all there are. */";
  const word = words[0]!.replace("_RO", "");
  return `/** Redis' ${word}: https://redis.io/commands/${word.toLowerCase()} */`;
}
