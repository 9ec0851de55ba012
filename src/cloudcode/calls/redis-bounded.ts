import type { Redis } from "../../cluster/redis.ts";
import { CallError } from "../../kernel/scripts/errors.ts";

/** Maximum size of a reply: the bytes of its values, plus 32 per value. */
export const MAX_REPLY_BYTES = 16_777_216;
/** Redis' Lua passes at most 8,000 words to a command. */
const MAX_VALUES = 7_000;
const TOO_LARGE = -1;

/** Returns the command's reply, errors included, or -1 if it is larger than the first argument. */
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
 * Sends a command that returns several values. Redis measures the reply, so nothing larger than `MAX_REPLY_BYTES`
 * reaches this process; in Redis it temporarily takes twice its size.
 */
export async function sendBounded(
  redis: Redis,
  method: string,
  words: readonly string[],
  keys: readonly string[],
): Promise<unknown> {
  const values = words.length - 1 - keys.length;
  if (values > MAX_VALUES) {
    throw new CallError(`SparkRedis.${method} takes at most ${MAX_VALUES} values, not ${values}.`);
  }
  const reply = await redis.send(["EVAL", SCRIPT, String(keys.length), ...keys, String(MAX_REPLY_BYTES), ...words]);
  if (reply === TOO_LARGE) throw tooLarge(method);
  return reply;
}

export function tooLarge(method: string): CallError {
  return new CallError(
    `SparkRedis.${method}: the result would be larger than ${MAX_REPLY_BYTES} bytes. Request less at a time.`,
  );
}
