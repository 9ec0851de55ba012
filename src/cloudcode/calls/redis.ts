import { type Redis, RedisError, RedisUnavailable } from "../../cluster/redis.ts";
import { type Call, type CallScope, read, write } from "../../kernel/scripts/call.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import { REDIS_COMMANDS, type RedisCommand } from "../redis-commands.ts";
import { type RedisArguments, redisArguments } from "./redis-arguments.ts";
import { sendBounded } from "./redis-bounded.ts";
import { redisResult } from "./redis-results.ts";
import { checkSize, returnsMany } from "./redis-size.ts";

const SCAN_COUNT = "1000";
const MAX_FOUND = 10_000;
const SCAN_MS = 10_000;

/** One call for each method of SparkRedis. Keys are prefixed with game and stage, and share a slot in a cluster. */
export const redisCalls: Record<string, Call> = Object.fromEntries(
  Object.entries<RedisCommand>(REDIS_COMMANDS).map(([method, command]) => {
    const answer: Call["answer"] = (scope, args) => run(scope, method, command, args);
    return [`redis.${method}`, command.writes ? write(answer) : read(answer)];
  }),
);

async function run(scope: CallScope, method: string, command: RedisCommand, args: readonly unknown[]) {
  const { redis, game, stage } = scope;
  if (!redis) throw new CallError("SparkRedis needs a Redis server: configure redisUrl.");
  const prefix = `rekindle:{${game.apiKey}:${stage}}:`;
  const given = redisArguments(`SparkRedis.${method}`, command, args, prefix);
  try {
    if (method === "keys") return await findKeys(redis, prefix, given);
    if (method === "flushdb") return await deleteAll(redis, prefix);
    await checkSize(redis, method, command, given);
    const words = [...command.words, ...given.words, ...command.after];
    const reply = await (returnsMany(command) ? sendBounded(redis, method, words, given.keys) : redis.send(words));
    return redisResult(command.reply, reply, given);
  } catch (error) {
    if (error instanceof RedisError) throw new CallError(`SparkRedis.${method}: ${error.message}`);
    if (error instanceof RedisUnavailable)
      throw new CallError(`SparkRedis.${method}: ${error.message} Try again later.`);
    throw error;
  }
}

async function findKeys(redis: Redis, prefix: string, { words }: RedisArguments): Promise<string[]> {
  const found = new Set<string>();
  await scan(redis, "keys", prefix + words[0], async (keys) => {
    for (const key of keys) found.add(key.slice(prefix.length));
    if (found.size > MAX_FOUND) throw new CallError(`SparkRedis.keys: there are more than ${MAX_FOUND} keys.`);
  });
  return [...found];
}

/** Deletes only the keys of this game and stage. */
async function deleteAll(redis: Redis, prefix: string): Promise<string> {
  await scan(redis, "flushdb", `${prefix}*`, async (keys) => {
    if (keys.length > 0) await redis.send(["UNLINK", ...keys]);
  });
  return "OK";
}

/** Scans the whole database in batches, so that Redis can do other work in between. */
async function scan(
  redis: Redis,
  method: string,
  pattern: string,
  onKeys: (keys: string[]) => Promise<void>,
): Promise<void> {
  const until = performance.now() + SCAN_MS;
  let cursor = "0";
  do {
    if (performance.now() > until) throw new CallError(`SparkRedis.${method}: there are too many keys to scan.`);
    const reply = await redis.send(["SCAN", cursor, "MATCH", pattern, "COUNT", SCAN_COUNT]);
    const [next, keys] = reply as [string, string[]];
    await onKeys(keys);
    cursor = next;
  } while (cursor !== "0");
}
