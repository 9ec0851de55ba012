import type { Redis } from "../../cluster/redis.ts";
import { CallError } from "../../kernel/scripts/errors.ts";

/** What one command may answer: the bytes of its values, and 32 for each of them. */
export const MAX_REPLY_BYTES = 16_777_216;
/** Redis' Lua hands no more than 8,000 words on to a command. */
const MAX_VALUES = 7_000;
const TOO_LARGE = -1;

/** Answers what the command answers, errors too, or -1 where that is more than the first argument, in bytes. */
const SCRIPT = `
local left = tonumber(ARGV[1])
local function fits(reply)
  left = left - 32
  if type(reply) == 'string' then left = left - #reply end
  if type(reply) == 'table' then
    for _, each in ipairs(reply) do
      if not fits(each) then return false end
    end
  end
  return left >= 0
end
local reply = redis.pcall(unpack(ARGV, 2))
if type(reply) == 'table' and reply.err then return reply end
if fits(reply) then return reply end
return ${TOO_LARGE}`;

/**
 * Sends a command that answers several values, whose size Redis counts before it sends any of them: nothing larger than
 * `MAX_REPLY_BYTES` reaches this process, whatever was thought of its size before and whatever changed since. In Redis
 * the answer takes twice its size meanwhile.
 * @throws CallError
 */
export async function sendBounded(
  redis: Redis,
  method: string,
  words: readonly string[],
  keys: readonly string[],
): Promise<unknown> {
  const values = words.length - 1 - keys.length;
  if (values > MAX_VALUES) {
    throw new CallError(`SparkRedis.${method} takes ${MAX_VALUES} values at most, and not ${values}.`);
  }
  const reply = await redis.send(["EVAL", SCRIPT, String(keys.length), ...keys, String(MAX_REPLY_BYTES), ...words]);
  if (reply === TOO_LARGE) throw tooLarge(method);
  return reply;
}

export function tooLarge(method: string): CallError {
  return new CallError(
    `SparkRedis.${method}: the answer would take more than ${MAX_REPLY_BYTES} bytes: ask for less of it at a time.`,
  );
}
