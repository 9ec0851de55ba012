/** The methods of SparkRedis, for the sandbox, the server and the typings. */
export type ArgumentKind =
  /** A key; null is the key "null", as it was in Cloud Code. */
  | "key"
  /** One or more keys, as separate arguments or as an array. */
  | "keys"
  /** As `keys`, preceded by their number. */
  | "sets"
  /** Numbers and booleans are converted to text. */
  | "text"
  | "texts"
  /** Key, value, key, value, … */
  | "pairs"
  /** An object: field → value. */
  | "hash"
  /** An integer; fractions are truncated. */
  | "whole"
  | "number"
  /** A number, including Infinity. */
  | "score"
  /** A limit of a range of scores: a number, or text such as "-inf" and "(5". */
  | "bound"
  | "flag"
  | "bit"
  | "byte"
  /** A number of members; negative: members may repeat. */
  | "several"
  | "pattern"
  | "operation"
  | "where"
  | "presence"
  | "expiry"
  | "unit"
  /** The key that receives a sorted list. */
  | "target"
  /** The offset of a LIMIT. */
  | "offset"
  /** An object: member → `{longitude, latitude}`. */
  | "places"
  /** `{withCoord, withDist, count, sort}`. */
  | "search";

export type ReplyKind =
  | "number"
  | "flag"
  | "text"
  | "texts"
  /** An object: field → value. */
  | "hash"
  /** `[{member: score}, …]` */
  | "scores"
  /** `[{longitude, latitude} or null, …]` */
  | "places"
  /** `[{member, distance, coordinate}, …]` */
  | "found"
  /** A number if there is a second argument, else an array of text. */
  | "sorted"
  /** An array of text if there is a second argument, else text or null. */
  | "picked";

export interface Parameter {
  name: string;
  kind: ArgumentKind;
  /** The optional group that it belongs to, counted from 1; 0: required. */
  part: number;
}

export interface RedisCommand {
  /** The command before its arguments; empty for methods that are more than one command. */
  words: readonly string[];
  after: readonly string[];
  parameters: readonly Parameter[];
  reply: ReplyKind;
  writes: boolean;
}

export const REDIS_COMMANDS = {
  append: write("APPEND", "key value:text", "number"),
  bitcount: read("BITCOUNT", "key [start:whole end:whole]", "number"),
  bitop: write("BITOP", "op:operation destKey:key srcKeys:keys", "number"),
  decr: write("DECR", "key", "number"),
  decrBy: write("DECRBY", "key integer:whole", "number"),
  del: write("DEL", "keys", "number"),
  exists: read("EXISTS", "key", "flag"),
  expire: write("EXPIRE", "key seconds:whole", "number"),
  expireAt: write("EXPIREAT", "key unixTime:whole", "number"),
  flushdb: write("", "", "text"),
  geoadd: write("GEOADD", "dstkey:key memberCoordinateMap:places", "number"),
  geodist: read("GEODIST", "dstkey:key member1:text member2:text [unit]", "number"),
  geohash: read("GEOHASH", "dstkey:key members:texts", "texts"),
  geopos: read("GEOPOS", "dstkey:key members:texts", "places"),
  georadius: read(
    "GEORADIUS_RO",
    "dstkey:key longitude:number latitude:number radius:number unit [params:search]",
    "found",
  ),
  georadiusbymember: read("GEORADIUSBYMEMBER_RO", "dstkey:key member:text radius:number unit [params:search]", "found"),
  get: read("GET", "key", "text"),
  getSet: write("GETSET", "key value:text", "text"),
  getbit: read("GETBIT", "key offset:bit", "flag"),
  getrange: read("GETRANGE", "key startOffset:whole endOffset:whole", "text"),
  hdel: write("HDEL", "key fields:texts", "number"),
  hexists: read("HEXISTS", "key field:text", "flag"),
  hget: read("HGET", "key field:text", "text"),
  hgetAll: read("HGETALL", "key", "hash"),
  hincrBy: write("HINCRBY", "key field:text value:whole", "number"),
  hincrByFloat: write("HINCRBYFLOAT", "key field:text increment:number", "number"),
  hkeys: read("HKEYS", "key", "texts"),
  hlen: read("HLEN", "key", "number"),
  hmget: read("HMGET", "key fields:texts", "texts"),
  hmset: write("HMSET", "key hash", "text"),
  hset: write("HSET", "key field:text value:text", "number"),
  hsetnx: write("HSETNX", "key field:text value:text", "number"),
  hvals: read("HVALS", "key", "texts"),
  incr: write("INCR", "key", "number"),
  incrBy: write("INCRBY", "key integer:whole", "number"),
  incrByFloat: write("INCRBYFLOAT", "key increment:number", "number"),
  keys: read("", "pattern", "texts"),
  lindex: read("LINDEX", "key index:whole", "text"),
  linsert: write("LINSERT", "key where pivot:text value:text", "number"),
  llen: read("LLEN", "key", "number"),
  lpop: write("LPOP", "key", "text"),
  lpush: write("LPUSH", "key strings:texts", "number"),
  lpushx: write("LPUSHX", "key strings:texts", "number"),
  lrange: read("LRANGE", "key start:whole end:whole", "texts"),
  lrem: write("LREM", "key count:whole value:text", "number"),
  lset: write("LSET", "key index:whole value:text", "text"),
  ltrim: write("LTRIM", "key start:whole end:whole", "text"),
  mget: read("MGET", "keys", "texts"),
  mset: write("MSET", "keysvalues:pairs", "text"),
  msetnx: write("MSETNX", "keysvalues:pairs", "number"),
  persist: write("PERSIST", "key", "number"),
  pexpire: write("PEXPIRE", "key milliseconds:whole", "number"),
  pexpireAt: write("PEXPIREAT", "key millisecondsTimestamp:whole", "number"),
  psetex: write("PSETEX", "key milliseconds:whole value:text", "text"),
  pttl: read("PTTL", "key", "number"),
  rename: write("RENAME", "oldkey:key newkey:key", "text"),
  renamenx: write("RENAMENX", "oldkey:key newkey:key", "number"),
  rpop: write("RPOP", "key", "text"),
  rpoplpush: write("RPOPLPUSH", "srckey:key dstkey:key", "text"),
  rpush: write("RPUSH", "key strings:texts", "number"),
  rpushx: write("RPUSHX", "key strings:texts", "number"),
  sadd: write("SADD", "key members:texts", "number"),
  scard: read("SCARD", "key", "number"),
  sdiff: read("SDIFF", "keys", "texts"),
  sdiffstore: write("SDIFFSTORE", "dstkey:key keys", "number"),
  set: write("SET", "key value:text [nxxx:presence] [expx:expiry time:whole]", "text"),
  setbit: write("SETBIT", "key offset:bit value:flag", "flag"),
  setex: write("SETEX", "key seconds:whole value:text", "text"),
  setnx: write("SETNX", "key value:text", "number"),
  setrange: write("SETRANGE", "key offset:byte value:text", "number"),
  sinter: read("SINTER", "keys", "texts"),
  sinterstore: write("SINTERSTORE", "dstkey:key keys", "number"),
  sismember: read("SISMEMBER", "key member:text", "flag"),
  smembers: read("SMEMBERS", "key", "texts"),
  smove: write("SMOVE", "srckey:key dstkey:key member:text", "number"),
  sort: write("SORT", "key [dstkey:target]", "sorted"),
  spop: write("SPOP", "key", "text"),
  srandmember: read("SRANDMEMBER", "key [count:several]", "picked"),
  srem: write("SREM", "key members:texts", "number"),
  strlen: read("STRLEN", "key", "number"),
  substr: read("GETRANGE", "key start:whole end:whole", "text"),
  sunion: read("SUNION", "keys", "texts"),
  sunionstore: write("SUNIONSTORE", "dstkey:key keys", "number"),
  ttl: read("TTL", "key", "number"),
  type: read("TYPE", "key", "text"),
  zadd: write("ZADD", "key score member:text", "number"),
  zcard: read("ZCARD", "key", "number"),
  zcount: read("ZCOUNT", "key min:bound max:bound", "number"),
  zincrby: write("ZINCRBY", "key score member:text", "number"),
  zinterstore: write("ZINTERSTORE", "dstkey:key sets", "number"),
  zrange: read("ZRANGE", "key start:whole end:whole", "texts"),
  zrangeByScore: read("ZRANGEBYSCORE", "key min:bound max:bound [offset count:whole]", "texts"),
  zrangeByScoreWithScores: scored("ZRANGEBYSCORE", "key min:bound max:bound [offset count:whole]"),
  zrangeWithScores: scored("ZRANGE", "key start:whole end:whole"),
  zrank: read("ZRANK", "key member:text", "number"),
  zrem: write("ZREM", "key members:texts", "number"),
  zremrangeByRank: write("ZREMRANGEBYRANK", "key start:whole end:whole", "number"),
  zremrangeByScore: write("ZREMRANGEBYSCORE", "key start:bound end:bound", "number"),
  zrevrange: read("ZREVRANGE", "key start:whole end:whole", "texts"),
  zrevrangeByScore: read("ZREVRANGEBYSCORE", "key max:bound min:bound [offset count:whole]", "texts"),
  zrevrangeByScoreWithScores: scored("ZREVRANGEBYSCORE", "key max:bound min:bound [offset count:whole]"),
  zrevrangeWithScores: scored("ZREVRANGE", "key start:whole end:whole"),
  zrevrank: read("ZREVRANK", "key member:text", "number"),
  zscore: read("ZSCORE", "key member:text", "number"),
  zunionstore: write("ZUNIONSTORE", "dstkey:key sets", "number"),
} satisfies Record<string, RedisCommand>;

function read(words: string, parameters: string, reply: ReplyKind): RedisCommand {
  return { words: wordsOf(words), after: [], parameters: parametersOf(parameters), reply, writes: false };
}

function write(words: string, parameters: string, reply: ReplyKind): RedisCommand {
  return { ...read(words, parameters, reply), writes: true };
}

function scored(words: string, parameters: string): RedisCommand {
  return { ...read(words, parameters, "scores"), after: ["WITHSCORES"] };
}

function wordsOf(text: string): string[] {
  return text === "" ? [] : text.split(" ");
}

/** Parses "key value:text [start:whole end:whole]": name and kind (default: the name), optional groups in brackets. */
function parametersOf(text: string): Parameter[] {
  let part = 0;
  let inside = false;
  return wordsOf(text).map((word) => {
    if (word.startsWith("[")) {
      part++;
      inside = true;
    }
    const [name, kind = name] = word.replace(/[[\]]/g, "").split(":");
    const parameter = { name: name!, kind: kind as ArgumentKind, part: inside ? part : 0 };
    if (word.endsWith("]")) inside = false;
    return parameter;
  });
}
