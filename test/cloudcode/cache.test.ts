import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { scriptCacheDomain } from "../../src/domains/script-cache/index.ts";
import { ScriptCaches } from "../../src/domains/script-cache/script-cache.ts";
import { prepareCollections } from "../../src/kernel/domain.ts";
import { type TestCloudCode, withScripts } from "./support.ts";
import { openWorld, type World } from "./world.ts";

const SEEN: [what: string, script: string, it: unknown][] = [
  ["a value", "cache.put('k', {a: [1, {b: null}]}); it(cache.get('k'))", { a: [1, { b: null }] }],
  ["nothing", "it([cache.get('none'), cache.get('constructor')])", [null, null]],
  ["a copy each time", "cache.put('k', [1]); cache.get('k').push(2); it(cache.get('k'))", [1]],
  ["what was put, regardless of later changes", "var v = [1]; cache.put('k', v); v.push(2); it(cache.get('k'))", [1]],
  ["a value that is null", "cache.put('k', null); it(cache.get('k'))", null],
  ["a name that is null", "cache.put(null, 1); it([cache.get(null), cache.get('null')])", [1, 1]],
  ["a name that is a number", "cache.put(5, 1); it(cache.get('5'))", 1],
  ["a date as text", "cache.put('k', new Date(0)); it(cache.get('k'))", "1970-01-01T00:00:00.000Z"],
  ["a cursor as its documents", "cache.put('k', Spark.runtimeCollection('none').find()); it(cache.get('k'))", []],
  [
    "what is removed",
    "cache.put('k', 1); cache.put('k2', 2); cache.remove('k'); it([cache.get('k'), cache.get('k2')])",
    [null, 2],
  ],
  [
    "what a pattern leaves",
    "cache.put('Ab1', 1); cache.put('b1', 2); cache.removeAll('A[a-z]'); it([cache.get('Ab1'), cache.get('b1')])",
    [null, 2],
  ],
  ["nothing of all", "cache.put('k', 1); cache.removeAll(); it([cache.get('k'), Spark.cache.get('k')])", [null, null]],
  [
    "members of any name",
    "cache.put('k', JSON.parse('{\"$set\": 1, \"a.b\": 2, \"__proto__\": 3}')); var o = cache.get('k'); it([o.$set, o['a.b'], Object.getPrototypeOf(o) === Object.prototype])",
    [1, 2, true],
  ],
];

const REFUSED: [what: string, script: string, message: RegExp][] = [
  [
    "a function",
    "cache.put('k', function () {})",
    /^SparkCache\.put: object .* it is a function, and functions cannot/,
  ],
  [
    "a function inside",
    "cache.put('k', {a: [{f: function () {}}]})",
    /"f" is a function, and functions cannot be cached/,
  ],
  ["a cycle", "var a = {}; a.a = a; cache.put('k', a)", /object cannot be converted to JSON/],
  ["a name that is none", "cache.get({})", /SparkCache\.get: key must be a string, not an object/],
  ["no name", "cache.remove()", /SparkCache\.remove: key must be a string, not undefined/],
  ["a name that is too long", "cache.put(new Array(2000).join('x'), 1)", /key is longer than 1024 characters/],
  ["a pattern by mistake undefined", "cache.removeAll(undefined)", /pattern must be a string, not undefined/],
  ["a pattern that is none", "cache.removeAll('(')", /\$regex is not valid/],
  ["a pattern that JavaScript has no form for", "cache.removeAll('(?>a)b')", /atomic/],
  ["a value that is too large", "cache.put('k', new Array(1100000).join('x'))", /larger than 1048576 characters/],
];

let world: World;
let hosts: TestCloudCode;
const BEFORE = "var cache = Spark.getCache(); function it(value) { Spark.setScriptData('it', value); }";

beforeAll(async () => {
  world = await openWorld();
  await prepareCollections(scriptCacheDomain, world.store);
  hosts = await withScripts(
    Object.fromEntries([
      ...SEEN.map(([, script], at) => [`seen${at}`, BEFORE + script]),
      ...REFUSED.map(([, script], at) => [
        `refused${at}`,
        `${BEFORE} try { ${script}; it("never"); } catch (e) { it(e.message); }`,
      ]),
    ]),
  );
});
beforeEach(() => world.context.service(ScriptCaches).of("preview").removeAll(world.store));
afterAll(async () => {
  await hosts.cloudCode.close();
  await world.discard();
});

async function it(name: string): Promise<unknown> {
  const { scriptData, failure } = await hosts.run(name, {}, world.context);
  expect(failure).toBeUndefined();
  return scriptData["it"];
}

test.each(SEEN.map(([what, , seen], at) => ({ what, seen, at })))("a script sees $what", async ({ seen, at }) => {
  expect(await it(`seen${at}`)).toEqual(seen);
});

test.each(REFUSED.map(([what, , message], at) => ({ what, message, at })))(
  "refused: $what",
  async ({ message, at }) => {
    expect(await it(`refused${at}`)).toMatch(message);
  },
);
