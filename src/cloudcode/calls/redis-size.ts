import type { Redis } from "../../cluster/redis.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import type { RedisCommand } from "../redis-commands.ts";
import { MAX_TEXT_BYTES, type RedisArguments } from "./redis-arguments.ts";
import { MAX_REPLY_BYTES, tooLarge } from "./redis-bounded.ts";

const LISTS: readonly RedisCommand["reply"][] = ["texts", "hash", "scores", "sorted", "found", "picked"];
/** These return no values, however large the values are. */
const SHORT: readonly string[] = ["HKEYS"];
const MAX_LENGTHS = 1_000;
/** Samples where values may be returned repeatedly, so that a few large ones are not missed. */
const SAMPLES = ["SAMPLES", "10000"];

export function returnsMany({ reply, words: [word] }: RedisCommand): boolean {
  return LISTS.includes(reply) && word !== "GEOHASH";
}

/**
 * Refuses commands whose reply Redis itself could hardly assemble, and appends beyond a string's limit. Costs up to
 * three round trips. Sizes are Redis' estimates, which may be far off; `sendBounded` protects this process.
 */
export async function checkSize(
  redis: Redis,
  method: string,
  command: RedisCommand,
  { words, keys, byName }: RedisArguments,
): Promise<void> {
  if (method === "append") return checkGrowth(redis, keys[0]!, words.at(-1)!);
  if (!returnsMany(command) || SHORT.includes(command.words[0]!) || keys.length === 0) return;
  const repeats = Number(byName.get("count")?.at(-1)) < 0 && command.reply === "picked";
  const sizes = await Promise.all(keys.map((key) => redis.send(["MEMORY", "USAGE", key, ...(repeats ? SAMPLES : [])])));
  const bytes = sizes.reduce<number>((sum, size) => sum + Number(size ?? 0), 0);
  const fields = command.words[0] === "HMGET" ? byName.get("fields")! : [];
  if (bytes <= MAX_REPLY_BYTES && !repeats && new Set(fields).size === fields.length) return;
  const wanted =
    fields.length > 0
      ? await lengthOf(redis, keys[0]!, fields)
      : bytes * (keys.length === 1 ? await shareOf(redis, command, keys[0]!, byName) : 1);
  if (wanted > MAX_REPLY_BYTES) throw tooLarge(method);
}

/** Total length of the requested values of a hash; infinite if there are too many fields to check. */
async function lengthOf(redis: Redis, key: string, fields: readonly string[]): Promise<number> {
  const times = new Map<string, number>();
  for (const field of fields) times.set(field, (times.get(field) ?? 0) + 1);
  if (times.size > MAX_LENGTHS) return Number.POSITIVE_INFINITY;
  const lengths = await Promise.all(
    [...times].map(async ([field, count]) => count * Number(await redis.send(["HSTRLEN", key, field]))),
  );
  return lengths.reduce((sum, length) => sum + length, 0);
}

/** The requested share of a list, set or sorted set; above 1 if members may repeat. */
async function shareOf(
  redis: Redis,
  { words: [word] }: RedisCommand,
  key: string,
  byName: RedisArguments["byName"],
): Promise<number> {
  const numberOf = async (...command: string[]) => Number(await redis.send(command));
  const wordOf = (name: string) => byName.get(name)?.at(-1) ?? "";
  if (word === "LRANGE" || word === "ZRANGE" || word === "ZREVRANGE") {
    const length = await numberOf(word === "LRANGE" ? "LLEN" : "ZCARD", key);
    const [start, end] = [wordOf("start"), wordOf("end")].map((at) => {
      const index = Number(at);
      return Math.max(0, Math.min(length - 1, index < 0 ? length + index : index));
    });
    return Math.max(0, end! - start! + 1) / Math.max(1, length);
  }
  if (word === "ZRANGEBYSCORE" || word === "ZREVRANGEBYSCORE") {
    const found = await numberOf("ZCOUNT", key, wordOf("min"), wordOf("max"));
    const count = byName.has("count") ? Number(wordOf("count")) : -1;
    return (count < 0 ? found : Math.min(count, found)) / Math.max(1, await numberOf("ZCARD", key));
  }
  if (word === "SRANDMEMBER") return Math.abs(Number(wordOf("count"))) / Math.max(1, await numberOf("SCARD", key));
  return 1;
}

async function checkGrowth(redis: Redis, key: string, text: string): Promise<void> {
  const length = Number(await redis.send(["STRLEN", key]));
  if (length + Buffer.byteLength(text) <= MAX_TEXT_BYTES) return;
  throw new CallError(`SparkRedis.append: the value would be longer than ${MAX_TEXT_BYTES} bytes.`);
}
