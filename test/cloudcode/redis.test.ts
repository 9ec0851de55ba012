import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { REDIS_COMMANDS } from "../../src/cloudcode/redis-commands.ts";
import { connectRedis, type Redis } from "../../src/cluster/redis.ts";
import type { RunContext } from "../../src/kernel/scripts/call.ts";
import { testGame } from "../support/app.ts";
import { hasRedis, type RedisServer, startRedis } from "../support/redis.ts";
import { type TestCloudCode, withScripts } from "./support.ts";
import { openWorld, type World } from "./world.ts";

/** Each script has the keys `a`, `b` and `c`, none of which is there yet, and puts what it saw into an array. */
const SEEN: [script: string, seen: unknown[]][] = [
  ["r.append(a, 'One'), r.append(a, ' Two'), r.get(a)", [3, 7, "One Two"]],
  ["r.bitcount(a), r.set(a, 'One'), r.bitcount(a), r.bitcount(a, 1, 1)", [0, "OK", 14, 5]],
  ["r.mset(a, 'One', b, 'Two'), r.bitop('AND', c, a, b), r.get(c)", ["OK", 3, "Dfe"]],
  ["r.set(a, 10), r.decr(a), r.decrBy(a, 5), r.incr(a), r.incrBy(a, 7)", ["OK", 9, 4, 5, 12]],
  ["r.set(a, 10.1), r.incrByFloat(a, 5.5)", ["OK", 15.6]],
  ["r.exists(a), r.set(a, 1), r.exists(a), r.del(a), r.del(a), r.exists(a)", [false, "OK", true, 1, 0, false]],
  ["r.mset([a, 1, b, 2]), r.del([a, b, c])", ["OK", 2]],
  ["r.ttl(a), r.set(a, 1), r.ttl(a), r.expire(a, 20.9), r.ttl(a)", [-2, "OK", -1, 1, 20]],
  ["r.set(a, 1), r.expireAt(a, Date.now() / 1000 + 50), r.ttl(a) > 40, r.persist(a), r.ttl(a)", ["OK", 1, true, 1, -1]],
  ["r.set(a, 1), r.pexpire(a, 20000), r.pttl(a) > 10000, r.pexpireAt(a, 1), r.get(a)", ["OK", 1, true, 1, null]],
  ["r.psetex(a, 20000, 'x'), r.pttl(a) > 10000, r.setex(b, 20, 'y'), r.ttl(b)", ["OK", true, "OK", 20]],
  ["r.set(a, 1), r.rename(a, b), r.get(a), r.get(b), r.set(c, 2), r.renamenx(b, c)", ["OK", "OK", null, "1", "OK", 0]],
  ["r.rpush(a, 3, 1, 2), r.sort(a), r.sort(a, b), r.lrange(b, 0, -1)", [3, ["1", "2", "3"], 3, ["1", "2", "3"]]],
  ["r.set(a, 1), r.lpush(b, 1), r.type(a), r.type(b), r.type(c)", ["OK", 1, "string", "list", "none"]],
  ["r.set(a, 'x', 'NX'), r.set(a, 'y', 'nx'), r.set(a, 'z', 'XX', 'EX', 30), r.ttl(a)", ["OK", null, "OK", 30]],
  ["r.getSet(a, 'x'), r.getSet(a, 'y'), r.setnx(a, 'z'), r.setnx(b, 'z')", [null, "x", 0, 1]],
  ["r.set(a, 'One'), r.getbit(a, 20), r.setbit(a, 20, true), r.getbit(a, 20)", ["OK", false, false, true]],
  [
    "r.set(a, 'One two'), r.setrange(a, 4, 'TWO'), r.getrange(a, 4, -1), r.substr(a, 0, 2), r.strlen(a)",
    ["OK", 7, "TWO", "One", 7],
  ],
  ["r.msetnx(a, 1, b, 2), r.msetnx(b, 3, c, 4), r.mget(a, b, c)", [1, 0, ["1", "2", null]]],
  ["r.hset(a, 'f', 20), r.hget(a, 'f'), r.hset(a, 'f', 21), r.hget(a, 'g'), r.hget(b, 'f')", [1, "20", 0, null, null]],
  [
    "r.hmset(a, {x: 1, y: 'z'}), r.hgetAll(a), r.hkeys(a), r.hvals(a), r.hlen(a)",
    ["OK", { x: "1", y: "z" }, ["x", "y"], ["1", "z"], 2],
  ],
  ["r.hgetAll(a), r.hkeys(a), r.hmget(a, 'x', 'y')", [{}, [], [null, null]]],
  ["r.hset(a, 'f', 20), r.hincrBy(a, 'f', -5), r.hincrByFloat(a, 'f', 0.5), r.hsetnx(a, 'f', 1)", [1, 15, 15.5, 0]],
  ["r.hset(a, 'f', 1), r.hexists(a, 'f'), r.hdel(a, 'f', 'g'), r.hexists(a, 'f')", [1, true, 1, false]],
  [
    "r.rpush(a, 'x', 'z'), r.linsert(a, 'before', 'z', 'y'), r.lindex(a, 1), r.lindex(a, 9), r.llen(a)",
    [2, 3, "y", null, 3],
  ],
  [
    "r.lpushx(a, 1), r.rpushx(a, 1), r.lpush(a, 1, 2), r.lpushx(a, 3), r.rpushx(a, 0), r.lrange(a, 0, -1)",
    [0, 0, 2, 3, 4, ["3", "2", "1", "0"]],
  ],
  [
    "r.rpush(a, ['x', 'y', 'x']), r.lset(a, 1, 'z'), r.lrem(a, 1, 'x'), r.ltrim(a, 0, 0), r.lrange(a, 0, -1)",
    [3, "OK", 1, "OK", ["z"]],
  ],
  [
    "r.rpush(a, 1, 2, 3), r.lpop(a), r.rpop(a), r.rpoplpush(a, b), r.lpop(a), r.rpoplpush(a, b)",
    [3, "1", "3", "2", null, null],
  ],
  [
    "r.sadd(a, 1, 1, 2), r.scard(a), r.sismember(a, 1), r.sismember(a, 3), r.smembers(a).sort()",
    [2, 2, true, false, ["1", "2"]],
  ],
  [
    "r.sadd(a, 1, 2), r.sadd(b, 2, 3), r.sdiff(a, b), r.sinter(a, b), r.sunion(a, b).sort()",
    [2, 2, ["1"], ["2"], ["1", "2", "3"]],
  ],
  [
    "r.sadd(a, 1, 2), r.sadd(b, 2, 3), r.sdiffstore(c, a, b), r.sinterstore(c, a, b), r.sunionstore(c, a, b)",
    [2, 2, 1, 1, 3],
  ],
  [
    "r.sadd(a, 'x'), r.srandmember(a), r.srandmember(a, 5), r.smove(a, b, 'x'), r.spop(b), r.spop(b), r.srandmember(b)",
    [1, "x", ["x"], 1, "x", null, null],
  ],
  ["r.sadd(a, 'x', 'y'), r.srem(a, 'x', 'z'), r.smembers(a)", [2, 1, ["y"]]],
  [
    "r.zadd(a, 1, 'x'), r.zadd(a, 2.5, 'y'), r.zscore(a, 'y'), r.zscore(a, 'z'), r.zincrby(a, 2, 'x'), r.zcard(a)",
    [1, 1, 2.5, null, 3, 2],
  ],
  ["r.zadd(a, 1, 'x'), r.zadd(a, 2, 'y'), r.zrank(a, 'y'), r.zrevrank(a, 'y'), r.zrank(a, 'z')", [1, 1, 1, 0, null]],
  [
    "r.zadd(a, 1, 'x'), r.zadd(a, 2, 'y'), r.zrange(a, 0, -1), r.zrevrange(a, 0, 0), r.zrangeWithScores(a, 0, -1), r.zrevrangeWithScores(a, 0, 0)",
    [1, 1, ["x", "y"], ["y"], [{ x: 1 }, { y: 2 }], [{ y: 2 }]],
  ],
  [
    "r.zadd(a, 1, 'x'), r.zadd(a, 2, 'y'), r.zcount(a, '-inf', Infinity), r.zcount(a, '(1', 2), r.zrangeByScore(a, 1, 2), r.zrangeByScore(a, '-inf', '+inf', 1, 5)",
    [1, 1, 2, 1, ["x", "y"], ["y"]],
  ],
  [
    "r.zadd(a, 1, 'x'), r.zadd(a, 2, 'y'), r.zrangeByScoreWithScores(a, '-inf', '+inf'), r.zrangeByScoreWithScores(a, 1, 2, 0, 1)",
    [1, 1, [{ x: 1 }, { y: 2 }], [{ x: 1 }]],
  ],
  [
    "r.zadd(a, 1, 'x'), r.zadd(a, 2, 'y'), r.zrevrangeByScore(a, 2, 1), r.zrevrangeByScoreWithScores(a, '+inf', '-inf', 0, 1)",
    [1, 1, ["y", "x"], [{ y: 2 }]],
  ],
  [
    "r.zadd(a, 1, 'x'), r.zadd(a, 2, 'y'), r.zadd(a, 3, 'z'), r.zrem(a, 'x'), r.zremrangeByRank(a, 0, 0), r.zremrangeByScore(a, 3, 3), r.zrange(a, 0, -1)",
    [1, 1, 1, 1, 1, 1, []],
  ],
  [
    "r.zadd(a, 1, 'x'), r.zadd(b, 2, 'x'), r.zinterstore(c, a, b), r.zscore(c, 'x'), r.zunionstore(c, a, b)",
    [1, 1, 1, 3, 1],
  ],
  [
    "r.geoadd(a, {P: {longitude: 13.361389, latitude: 38.115556}, C: [15.087269, 37.502669]}), Math.round(r.geodist(a, 'P', 'C', 'KM')), r.geodist(a, 'P', 'N')",
    [2, 166, null],
  ],
  [
    "r.geoadd(a, {P: [13.361389, 38.115556]}), r.geohash(a, 'P', 'N'), r.geopos(a, 'N'), Math.round(r.geopos(a, 'P')[0].longitude)",
    [1, ["sqc8b49rny0", null], [null], 13],
  ],
  [
    "r.geoadd(a, {P: [13.361389, 38.115556], C: [15.087269, 37.502669]}), r.georadius(a, 15, 37, 100, 'km'), r.georadiusbymember(a, 'P', 200, 'km', {withDist: true, sort: 'desc', count: 1})[0].distance > 166, r.georadius(a, 15, 37, 200, 'km', {withCoord: true, sort: 'ASC'}).map(function (it) { return [it.member, Math.round(it.coordinate.latitude), it.distance]; })",
    [
      2,
      [{ member: "C", distance: null, coordinate: null }],
      true,
      [
        ["C", 38, null],
        ["P", 38, null],
      ],
    ],
  ],
  [
    "r.mset('k1', 1, 'k2', 2, 'other', 3), r.keys('k*').sort(), r.keys('?1'), r.flushdb(), r.keys('*')",
    ["OK", ["k1", "k2"], ["k1"], "OK", []],
  ],
  ["r.set(null, 'n'), r.get(null), r.get('null'), r.keys(null), r.del(null)", ["OK", "n", "n", ["null"], 1]],
  ["r.set('', 'n'), r.get(''), r.set('__proto__', 'p'), r.get('__proto__')", ["OK", "n", "OK", "p"]],
  [
    'r.hmset(a, JSON.parse(\'{"__proto__": 1, "x": 2}\')), r.hgetAll(a), Object.getPrototypeOf(r.hgetAll(a)) === Object.prototype',
    ["OK", { x: "2" }, true],
  ],
];

const REFUSED: [script: string, message: RegExp][] = [
  ["r.get()", /^SparkRedis\.get: key is missing\.$/],
  ["r.get(undefined)", /^SparkRedis\.get: argument 1 must not be undefined\.$/],
  ["r.get({})", /^SparkRedis\.get: key must be a string, not an object\.$/],
  ["r.get(a, b)", /^SparkRedis\.get takes 1 arguments, not 2\.$/],
  ["r.set(a, null)", /^SparkRedis\.set: value must be a string, not null\.$/],
  ["r.set(a, 'x', null)", /nxxx must be one of NX, XX/],
  ["r.set(a, 'x', 'NX', 'EX')", /^SparkRedis\.set: time is missing\.$/],
  ["r.set(a, 'x', 'NX', 'EX', null)", /time must be a number, not null/],
  ["r.expire(a, null)", /^SparkRedis\.expire: seconds must be a number, not null\.$/],
  ["r.expire(a, 'soon')", /seconds must be a number, not a string/],
  ["r.expire(a, NaN)", /seconds must be a number/],
  ["r.incrBy(a, 1e300)", /integer is too large/],
  ["r.del()", /^SparkRedis\.del: keys is missing\.$/],
  ["r.sadd(a)", /^SparkRedis\.sadd: members is missing\.$/],
  ["r.sadd(a, null)", /members must be a string, not null/],
  ["r.sadd(a, [[1]])", /members must be a string, not an object/],
  ["r.mset(a)", /keysvalues must be pairs/],
  ["r.hmset(a, {})", /hash must be an object with at least one member/],
  ["r.hmset(a, {x: {}})", /hash\.x must be a string, not an object/],
  ["r.bitop('NOR', a, b)", /op must be one of AND, OR, XOR, NOT/],
  ["r.linsert(a, 'near', 'x', 'y')", /where must be one of BEFORE, AFTER/],
  ["r.zcount(a, null, 1)", /min must be a string, not null/],
  ["r.zcount(a, 'x', 1)", /^SparkRedis\.zcount: ERR min or max is not a float$/],
  ["r.zrangeByScore(a, 1, 2, 0)", /^SparkRedis\.zrangeByScore: count is missing\.$/],
  ["r.geoadd(a, {x: 5})", /memberCoordinateMap\.x\.longitude must be a number/],
  ["r.georadius(a, 1, 1, 1, 'km', {sort: 'up'})", /params\.sort must be one of ASC, DESC/],
  ["r.lpush(a, 1); r.get(a)", /^SparkRedis\.get: WRONGTYPE /],
  ["r.set(a, 'x'); r.incr(a)", /^SparkRedis\.incr: ERR value is not an integer/],
  ["r.setbit(a, 4294967295, true)", /offset must be from 0 to 67108863/],
  ["r.setrange(a, 536870000, 'x')", /offset must be from 0 to 8388608/],
  ["r.sadd(a, 1); r.srandmember(a, -100000)", /count must be from -10000 to 10000/],
  ["r.set(new Array(1026).join('k'), 'x')", /^SparkRedis\.set: key is longer than 1024 characters/],
  ["r.mget(a, new Array(1026).join('k'))", /^SparkRedis\.mget: keys is longer than 1024 characters/],
  ["r.keys('*a*a*a*a*a*a*a*a*a*')", /pattern has more than 8 stars/],
  ["r.keys(new Array(300).join('x'))", /pattern is longer than 200 characters/],
  [
    "var big = new Array(1000001).join('x'); for (var i = 0; i < 9; i++) r.append(a, big)",
    /^SparkRedis\.append: the value would be longer than 8388608 bytes/,
  ],
  [
    "var big = new Array(1000001).join('x'); for (var i = 0; i < 18; i++) r.rpush(a, big); r.lrange(a, 0, -1)",
    /^SparkRedis\.lrange: the result would be larger than 16777216 bytes. Request less/,
  ],
  ["r.sadd(a, large); r.srandmember(a, -40)", /^SparkRedis\.srandmember: the result would be larger/],
  [
    "for (var i = 0; i < 100; i++) r.sadd(a, i + 'x'); r.sadd(a, large); r.srandmember(a, -10000)",
    /^SparkRedis\.srandmember: the result would be larger/,
  ],
  [
    "r.hset(a, 'f', large); for (var f = [], i = 0; i < 40; i++) f.push('f'); r.hmget(a, f)",
    /^SparkRedis\.hmget: the result would be larger/,
  ],
];

/** Whose estimate of Redis is far too low. */
const UNDERESTIMATED: [script: string, method: string][] = [
  [
    "r.rpush(a, small); r.rpush(a, small); for (var i = 0; i < 36; i++) r.rpush(a, large); r.lrange(a, 0, -1)",
    "lrange",
  ],
  ["for (var i = 0; i < 36; i++) r.hset(a, 'f' + i, large); r.hmset(a, named); r.hgetAll(a)", "hgetAll"],
  ["for (var i = 0; i < 36; i++) r.hset(a, 'f' + i, large); r.hmset(a, named); r.hvals(a)", "hvals"],
  ["for (var i = 0; i < 36; i++) r.sadd(a, i + large); r.sadd(a, small); r.smembers(a)", "smembers"],
  ["for (var i = 0; i < 36; i++) r.sadd(a, i + large); r.sadd(a, small); r.sadd(b, 1); r.sunion(a, b)", "sunion"],
  ["for (var i = 0; i < 36; i++) r.zadd(a, 1, i + large); places(); r.zrangeWithScores(a, 0, -1)", "zrangeWithScores"],
  [
    "for (var i = 0; i < 36; i++) { var one = {}; one[i + large] = [1, 1]; r.geoadd(a, one); } places(); r.georadius(a, 1, 1, 50, 'km')",
    "georadius",
  ],
  ["for (var i = 0; i < 60; i++) r.rpush(a, small); r.lrange(a, 0, -1)", "lrange"],
];

const MORE: Record<string, string> = {
  looksAtList: "try { it(r.lrange('a', 0, -1).length); } catch (e) { it(e.message); }",
  looksAtFields: `
    for (var i = 0; i < 36; i++) r.hset('big', 'f' + i, large);
    var some = small.slice(0, 7000);
    it([r.hkeys('big').length, r.hmget(a, some).length]);
    try { r.hmget(a, small.slice(0, 7001)); } catch (e) { it([Spark.getScriptData('it'), e.message]); }`,
  fills: "r.mset('a', 1, 'b', 2); it(r.keys('*').length)",
  looks: "it(r.keys('*').sort())",
  flushes: "it(r.flushdb())",
  partOfLarge: `
    var big = new Array(1000001).join('x');
    for (var i = 0; i < 18; i++) { r.rpush('big', big); r.zadd('bigz', i, i + big); }
    it([r.lrange('big', 0, 1).length, r.lrange('big', -2, -1).length, r.zrange('bigz', 0, 0).length,
      r.zrangeByScore('bigz', 5, 6).length, r.zrangeByScore('bigz', 0, 100, 2, 1).length]);`,
  partOfLargeHash: `
    for (var i = 0; i < 36; i++) r.hset('big', 'f' + i, large);
    r.hset('big', 'small', 'x');
    it([r.hmget('big', 'small', 'none', 'small'), r.hmget('big', 'f1').length]);`,
  placeInLarge: `
    for (var i = 0; i < 36; i++) r.zadd('big', i, i + large);
    r.geoadd('big', { home: [1, 1] });
    it([r.geopos('big', 'home').length, r.geohash('big', 'home', 'none').length]);`,
  countsUp: "it([r.incr('count'), Spark.getPlayer().getScriptData('x')])",
};

describe.skipIf(!hasRedis)("SparkRedis", () => {
  let server: RedisServer;
  let redis: Redis;
  let world: World;
  let hosts: TestCloudCode;
  let context: RunContext;
  const BEFORE =
    "var r = Spark.getRedis(), a = 'ka', b = 'kb', c = 'kc', large = new Array(500001).join('x'); function it(v) { Spark.setScriptData('it', v); } ";

  const MANY = `var small = [], named = {};
    for (var i = 0; i < 10000; i++) { small.push('s' + i); named['s' + i] = 's'; }
    function places() {
      for (var at = 0; at < 10; at++) {
        var some = {};
        for (var i = 0; i < 1000; i++) some['p' + at + '-' + i] = [1, 1];
        r.geoadd(a, some);
      }
    }`;

  beforeAll(async () => {
    server = await startRedis();
    redis = connectRedis({ url: server.url, timeoutMs: 5_000 });
    world = await openWorld();
    context = { ...world.context, redis };
    hosts = await withScripts(
      Object.fromEntries([
        ...SEEN.map(([script], at) => [`seen${at}`, `${BEFORE} it([${script}]);`]),
        ...REFUSED.map(([script], at) => [
          `refused${at}`,
          `${BEFORE} try { ${script}; it("never"); } catch (e) { it(e.message); }`,
        ]),
        ...UNDERESTIMATED.map(([script], at) => [
          `underestimated${at}`,
          `${BEFORE} ${MANY} try { ${script}; it("never"); } catch (e) { it(e.message); }`,
        ]),
        ...Object.entries(MORE).map(([name, script]) => [name, BEFORE + MANY + script]),
      ]),
      { memoryMb: 128 },
    );
  });
  beforeEach(() => redis.send(["FLUSHALL"]) as Promise<void>);
  afterAll(async () => {
    await hosts?.cloudCode.close();
    redis?.close();
    await world?.discard();
    await server?.stop();
  });

  async function it(name: string, given = context): Promise<unknown> {
    const { scriptData, failure } = await hosts.run(name, {}, given);
    expect(failure).toBeUndefined();
    return scriptData["it"];
  }

  test.each(SEEN.map(([script, seen], at) => ({ script, seen, at })))("$script", async ({ seen, at }) => {
    expect(await it(`seen${at}`)).toEqual(seen);
  });

  test.each(REFUSED.map(([script, message], at) => ({ script, message, at })))(
    "refused: $script",
    async ({ message, at }) => {
      expect(await it(`refused${at}`)).toMatch(message);
    },
  );

  test.each(UNDERESTIMATED.map(([script, method], at) => ({ script, method, at })))(
    "refused, whatever size Redis estimates: $script",
    async ({ method, at }) => {
      expect(await it(`underestimated${at}`)).toMatch(
        new RegExp(`^SparkRedis\\.${method}: the result would be larger than 16777216 bytes. Request less`),
      );
    },
  );

  test("refused even if it grew after its size was checked", async () => {
    const key = "rekindle:{testgame0001:preview}:a";
    await redis.send(["RPUSH", key, "x"]);
    const large = "x".repeat(6_000_000);
    const grows: Redis = {
      close() {},
      async send(command) {
        const answer = await redis.send(command);
        if (command[0] === "MEMORY") await redis.send(["RPUSH", key, large, large, large]);
        return answer;
      },
    };
    expect(await it("looksAtList", { ...context, redis: grows })).toMatch(/the result would be larger/);
  });

  test("reads the names of large values and a few of many fields", async () => {
    expect(await it("looksAtFields")).toEqual([[36, 7_000], "SparkRedis.hmget takes at most 7000 values, not 7001."]);
  });

  test("every method is tested", () => {
    const tried = SEEN.map(([script]) => script).join(" ");
    expect(Object.keys(REDIS_COMMANDS).filter((name) => !tried.includes(`r.${name}(`))).toEqual([]);
  });

  test("each game and stage has its own keys and deletes no others", async () => {
    const live: RunContext = { ...context, stage: "live" };
    const other: RunContext = { ...context, game: testGame([], { apiKey: "othergame" }) };
    await redis.send(["SET", "ka", "not a script's"]);
    for (const each of [context, live, other]) expect(await it("fills", each)).toBe(2);
    expect(await it("flushes", live)).toBe("OK");
    expect(await it("looks", live)).toEqual([]);
    expect(await it("looks", context)).toEqual(["a", "b"]);
    expect(await it("looks", other)).toEqual(["a", "b"]);
    expect(await redis.send(["GET", "ka"])).toBe("not a script's");
    const keys = (await redis.send(["KEYS", "rekindle:*"])) as string[];
    expect(keys.sort()).toEqual(
      ["othergame:preview", "testgame0001:preview"].flatMap((of) => [`rekindle:{${of}}:a`, `rekindle:{${of}}:b`]),
    );
  });

  test("a part of a large value can be read", async () => {
    expect(await it("partOfLarge")).toEqual([2, 2, 1, 2, 1]);
    await redis.send(["FLUSHALL"]);
    expect(await it("partOfLargeHash")).toEqual([["x", null, "x"], 1]);
    await redis.send(["FLUSHALL"]);
    expect(await it("placeInLarge")).toEqual([1, 2]);
  });

  test("a run that wrote to Redis is not run again", async () => {
    let again = 0;
    await it("countsUp", { ...context, runAgain: () => again++ });
    expect(await redis.send(["GET", "rekindle:{testgame0001:preview}:count"])).toBe("1");
    expect(world.calls).toContain("redis.incr ok");
  });

  test("without redisUrl the error names the setting", async () => {
    const { failure } = await hosts.run("looks", {}, world.context);
    expect(failure).toMatchObject({ message: expect.stringMatching(/SparkRedis needs a Redis server: .*redisUrl/) });
  });
});
