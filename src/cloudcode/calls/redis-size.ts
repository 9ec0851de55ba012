import type { Redis } from "../../cluster/redis.ts";
import type { RedisCommand } from "../redis-commands.ts";
import { CallError } from "./call.ts";
import { MAX_TEXT_BYTES, type RedisArguments } from "./redis-arguments.ts";

/** Bytes that a command may answer, by Redis' own estimate. */
const MAX_ANSWER_BYTES = 16_777_216;
const LISTS: readonly RedisCommand["answer"][] = ["texts", "hash", "scores", "sorted", "found", "places", "picked"];

/**
 * Sees to it that no command brings more into the server's memory than it can take, and that no text in Redis grows
 * without end. Costs one round trip more for commands that answer several values, and for what is large another one or
 * two, to see how much of it is wanted. Sizes are Redis' own estimates, by a sample of the values.
 * @throws CallError
 */
export async function checkSize(
  redis: Redis,
  method: string,
  command: RedisCommand,
  { words, keys, byName }: RedisArguments,
): Promise<void> {
  if (method === "append") return checkGrowth(redis, keys[0]!, words.at(-1)!);
  if (!LISTS.includes(command.answer) || keys.length === 0) return;
  const sizes = await Promise.all(keys.map((key) => redis.send(["MEMORY", "USAGE", key])));
  const bytes = sizes.reduce<number>((sum, size) => sum + Number(size ?? 0), 0);
  if (bytes <= MAX_ANSWER_BYTES) return;
  const share = keys.length === 1 ? await shareOf(redis, command, keys[0]!, byName) : 1;
  if (bytes * share <= MAX_ANSWER_BYTES) return;
  throw new CallError(
    `SparkRedis.${method}: the answer would take more than ${MAX_ANSWER_BYTES} bytes: ask for less of it at a time.`,
  );
}

/** Which part of a list or sorted set a range is, from 0 to 1. */
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
