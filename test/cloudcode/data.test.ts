import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findItem, persistItem } from "../../src/domains/data/items.ts";
import { DATA_LIMITS } from "../../src/domains/data/limits.ts";
import type { Game } from "../../src/game/game.ts";
import type { ScriptResult } from "../../src/kernel/scripts/result.ts";
import { testGame } from "../support/app.ts";
import { engines } from "../support/stores.ts";
import { type TestCloudCode, withScripts } from "./support.ts";
import { openWorld, type World } from "./world.ts";

/** Each script tells by `it` what it saw. */
const BEFORE = `
  function it(value) { Spark.setScriptData("it", value); }
  var API = Spark.getGameDataService(), now = Spark.getData().now;
  function make(type, id, data) { API.createItem(type, id).setData(data).persistor().persist(); }
  function load(type, id) { return API.getItem(type, id).document(); }
  function ids(result) {
    var all = [], cursor = result.cursor();
    while (cursor.hasNext()) all.push(cursor.next().getId());
    return all;
  }
  function heroes() {
    make("hero", "ann", { stats: { level: 1 }, name: "Ann" });
    make("hero", "ben", { stats: { level: 2 }, name: "Ben" });
    make("hero", "cat", { stats: { level: 2 }, name: "Cat" });
  }
`;

const SEEN: [what: string, script: string, it: unknown][] = [
  ["the service", "it([Spark.gameDataService === API, Spark.getGameDataService() === API])", [true, true]],
  [
    "a new item",
    "var i = API.createItem('t', 'x'); it([i.getId(), i.getType(), i.getData(), i.getTTL(), i.data === i.getData()])",
    ["x", "t", {}, null, true],
  ],
  ["nothing is written before persist", "API.createItem('t', 'x').getData().a = 1; it(load('t', 'x'))", null],
  [
    "what is in the data when it is persisted",
    "var i = API.createItem('t', 'x'), d = i.getData(); d.a = 1; var e = i.persistor().persist().error(); d.a = 2; it([e, load('t', 'x').getData()])",
    [null, { a: 1 }],
  ],
  [
    "setData takes the object itself",
    "var o = { a: 1 }, i = API.createItem('t', 'x'); it([i.setData(o) === i, i.getData() === o]); o.a = 2; i.persistor().persist(); it(load('t', 'x').getData())",
    { a: 2 },
  ],
  ["no item: null, and no error", "var r = API.getItem('t', 'x'); it([r.document(), r.error()])", [null, null]],
  [
    "no item has an id that none can have",
    "var r = API.getItem('t', ''); it([r.document(), r.error(), API.createItem('t', '').delete().error()])",
    [null, null, null],
  ],
  ["ids that are numbers", "make('t', 7, { a: 1 }); it([load('t', '7').getId(), load('t', 7).getData().a])", ["7", 1]],
  [
    "createItem over an item replaces it",
    "make('t', 'x', { a: 1, b: 1 }); make('t', 'x', { a: 2 }); it(load('t', 'x').getData())",
    { a: 2 },
  ],
  [
    "an item written twice: the second time what changed",
    "var i = API.createItem('t', 'x'); i.setData({ a: 1, b: 1 }).persistor().persist(); var j = load('t', 'x'); j.getData().b = 2; j.persistor().persist(); i.getData().a = 5; i.persistor().persist(); it(load('t', 'x').getData())",
    { a: 5, b: 2 },
  ],
  [
    "only what changed is written",
    "make('t', 'x', { a: 1, o: { b: 1, c: 1 }, l: [1] }); var i = load('t', 'x'), j = load('t', 'x'); i.getData().o.b = 2; i.persistor().persist(); delete j.getData().a; j.getData().o.c = 3; j.getData().l.push(2); j.persistor().persist(); it(load('t', 'x').getData())",
    { o: { b: 2, c: 3 }, l: [1, 2] },
  ],
  [
    "withOverwrite writes all",
    "make('t', 'x', { a: 1, b: 1 }); var i = load('t', 'x'), j = load('t', 'x'); i.getData().a = 2; i.persistor().persist(); j.getData().b = 2; j.persistor().withOverwrite().persist(); it(load('t', 'x').getData())",
    { a: 1, b: 2 },
  ],
  [
    "withAtomicIncrements adds",
    "make('t', 'x', { n: 10, s: 'a' }); var i = load('t', 'x'), j = load('t', 'x'); i.getData().n += 5; i.persistor().withAtomicIncrements().persist(); j.getData().n -= 2; j.getData().s = 'b'; j.persistor().withAtomicIncrements().persist(); j.getData().n -= 1; j.persistor().withAtomicIncrements().persist(); it(load('t', 'x').getData())",
    { n: 12, s: "b" },
  ],
  [
    "the later of withAtomicIncrements and withOverwrite counts",
    "make('t', 'x', { n: 1, m: 1 }); var i = load('t', 'x'), j = load('t', 'x'), k = load('t', 'x'); i.getData().n = 5; i.persistor().persist(); j.getData().m = 2; j.persistor().withOverwrite().withAtomicIncrements().persist(); it(load('t', 'x').getData())",
    { n: 5, m: 2 },
  ],
  [
    "a counter that is not read",
    "for (var n = 0; n < 3; n++) API.createItem('t', 'x').setData({ n: 2 }).persistor().withAtomicIncrements().persist(); it(load('t', 'x').getData())",
    { n: 6 },
  ],
  [
    "withVersionCheck",
    "make('t', 'x', { n: 1 }); var i = load('t', 'x'), j = load('t', 'x'); i.getData().n = 2; var a = i.persistor().withVersionCheck().persist().error(); i.getData().n = 3; var b = i.persistor().withVersionCheck().persist().error(); j.getData().n = 9; it([a, b, j.persistor().withVersionCheck().persist().error(), load('t', 'x').getData()])",
    [null, null, "The version check failed: the item was changed, created or deleted after it was read.", { n: 3 }],
  ],
  [
    "who wrote over the changes of others has not seen them: the version check fails",
    "make('t', 'x', { a: 1, b: 1 }); var i = load('t', 'x'), j = load('t', 'x'); j.getData().a = 2; j.persistor().persist(); i.getData().b = 2; it([i.persistor().persist().error(), i.persistor().withVersionCheck().persist().error() !== null])",
    [null, true],
  ],
  [
    "withVersionCheck of a new item: unless there is one",
    "function claim() { return API.createItem('t', 'x').persistor().withVersionCheck().persist().error() === null; } it([claim(), claim()])",
    [true, false],
  ],
  [
    "withConditionCheck",
    "make('t', 'x', { n: 5 }); function pay(n) { var i = load('t', 'x'); i.getData().n -= n; return i.persistor().withConditionCheck(API.N('n').gt(n - 1)).withAtomicIncrements().persist().error(); } it([pay(4), pay(2), load('t', 'x').getData().n])",
    [null, "The condition check failed: the stored item does not match the condition.", 1],
  ],
  [
    "a time to live",
    "var i = API.createItem('t', 'x'); i.setTTL(now + 1000.9); i.persistor().persist(); var j = load('t', 'x'); it([i.getTTL() - now, j.getTTL() - now, (j.setTTL(null), j.persistor().persist().error()), load('t', 'x').getTTL()])",
    [1000, 1000, null, null],
  ],
  [
    "a time in the past",
    "var i = API.createItem('t', 'x'); i.setTTL(now); i.persistor().persist(); it([load('t', 'x'), ids(API.queryItems('t'))])",
    [null, []],
  ],
  [
    "a time to live is kept by changes and by overwriting",
    "var i = API.createItem('t', 'x'); i.setTTL(now + 1000); i.persistor().persist(); i.getData().a = 1; i.persistor().persist(); var j = load('t', 'x'); j.persistor().withOverwrite().persist(); it(load('t', 'x').getTTL() - now)",
    1000,
  ],
  [
    "delete",
    "make('t', 'x', { a: 1 }); var i = load('t', 'x'); it([i.delete().error(), load('t', 'x'), i.delete().error(), i.persistor().persist().error(), load('t', 'x').getData()])",
    [null, null, null, null, { a: 1 }],
  ],
  [
    "an item that another one deleted stays deleted",
    "make('t', 'x', { a: 1 }); var i = load('t', 'x'); load('t', 'x').delete(); i.getData().a = 2; it([i.persistor().persist().error(), load('t', 'x')])",
    ["The item was deleted or expired after it was read.", null],
  ],
  [
    "what cannot be stored is left out",
    "var i = API.createItem('t', 'x').setData({ f: function () {}, n: NaN, l: [1, undefined, { big: BigInt(1) }], d: new Date(0), u: undefined, s: 's' }); it([i.getValidationErrors(), i.persistor().persist().error(), load('t', 'x').getData()])",
    [["f", "n", "l.1", "l.2.big", "d", "u"], null, { l: [1, null, {}], d: "1970-01-01T00:00:00.000Z", s: "s" }],
  ],
  [
    "withErrorOnTypeConversion throws",
    "var i = API.createItem('t', 'x'); i.getData().a = { b: NaN }; try { i.persistor().withErrorOnTypeConversion().persist(); } catch (e) { it([e instanceof TypeError, e.message, load('t', 'x')]); }",
    [true, "SparkDataItemPersistor.persist: the data contains values that cannot be stored, at: a.b.", null],
  ],
  [
    "withErrorOnTypeConversion writes what can be stored",
    "it(API.createItem('t', 'x').setData({ a: [1, { b: null }] }).persistor().withErrorOnTypeConversion().persist().error())",
    null,
  ],
  [
    "any name of a member but __proto__",
    'var d = JSON.parse(\'{"__proto__": {"polluted": 1}, "a.b": {"$x": 1}, "": 2, "constructor": 3, "%": 4}\'); var i = API.createItem("t", "x").setData(d); it([i.getValidationErrors(), i.persistor().persist().error(), JSON.stringify(load("t", "x").getData()), ({}).polluted])',
    [["__proto__"], null, '{"a.b":{"$x":1},"":2,"constructor":3,"%":4}', null],
  ],
  [
    "all items of a type",
    "heroes(); make('t', 'x', {}); it(ids(API.queryItems('hero')).sort())",
    ["ann", "ben", "cat"],
  ],
  ["none of a type that is not there", "it(ids(API.queryItems('nothing', API.S('a').eq('x'))))", []],
  [
    "a field by its code in the configuration, or by its path",
    "heroes(); it([ids(API.queryItems('hero', API.N('level').eq(1))), ids(API.queryItems('hero', API.N('stats.level').eq('1')))])",
    [["ann"], ["ann"]],
  ],
  [
    "conditions and orders together",
    "heroes(); it(ids(API.queryItems('hero', API.N('level').gt(0).and(API.S('name').startsWith('A').negate()).or(API.S('name').eq('Ann')), API.sort('level', false).add('name', false))))",
    ["cat", "ben", "ann"],
  ],
  [
    "operands",
    "heroes(); var S = API.S('name'), N = API.N('level'); it([S.eq('Ben'), S.ne('Ben'), S.gt('Ann'), S.lt('Ben'), S.between('B', 'C'), S.in(['Ann', 'Cat', 5]), N.ne(2), N.lt(2), N.between(2, 3), N.in([1]), N.in(1), N.in('1', 7), N.in([7], [1, 8]), N.in([]), S.in('Ann'), S.in('Ann', 'Cat')].map(function (c) { return ids(API.queryItems('hero', c, API.sort('name', true))).join(); }))",
    [
      "ben",
      "ann,cat",
      "ben,cat",
      "ann",
      "ben",
      "ann,cat",
      "ann",
      "ann",
      "ben,cat",
      "ann",
      "ann",
      "ann",
      "ann",
      "",
      "ann",
      "ann,cat",
    ],
  ],
  [
    "a condition does not change, an order does",
    "heroes(); var c = API.N('level').eq(2), o = API.sort('level', true); c.and(API.S('name').eq('x')); it([ids(API.queryItems('hero', c)).length, o.add('name', false) === o, ids(API.queryItems('hero', c, o))])",
    [2, true, ["cat", "ben"]],
  ],
  [
    "items of a query are changed and written as others",
    "heroes(); var c = API.queryItems('hero', API.N('level').eq(2)).cursor(); while (c.hasNext()) { var i = c.next(); i.getData().stats.level++; i.persistor().persist(); } it([ids(API.queryItems('hero', API.N('level').eq(2))), ids(API.queryItems('hero', API.N('level').eq(3))).length])",
    [[], 2],
  ],
  [
    "the same cursor each time",
    "heroes(); var r = API.queryItems('hero', API.N('level').eq(1)); r.cursor().next(); it([r.cursor() === r.cursor(), r.cursor().hasNext(), r.error()])",
    [true, false, null],
  ],
  [
    "rows of conditions are not nested",
    "heroes(); var c = API.S('name').eq('0'); for (var n = 0; n < 150; n++) c = c.or(API.S('name').eq(n === 149 ? 'Ben' : n)); it(ids(API.queryItems('hero', c)))",
    ["ben"],
  ],
  [
    "a refusal is the result's error, and reading the result throws",
    "var long = new Array(300).join('x'), g = API.getItem(long, 'x'), q = API.queryItems('t', API.S(long).eq('x')); function thrown(f) { try { f(); return null; } catch (e) { return e.message; } } it([g.error(), thrown(function () { g.document(); }) === g.error(), q.error(), thrown(function () { q.cursor(); }) === q.error(), API.createItem('t', '').persistor().persist().error(), API.createItem(long, 'x').delete().error() === g.error()])",
    [
      'A type\'s name is limited to 100 characters; all but letters, digits, "-" and "_" count more.',
      true,
      "A field's name is longer than 200 characters.",
      true,
      "An item's id must be a well-formed string of 1 to 256 characters.",
      true,
    ],
  ],
  [
    "an item that is too large",
    "var i = API.createItem('t', 'x'); i.getData().a = new Array(500000).join('x'); it([i.persistor().persist().error(), load('t', 'x')])",
    [`The item has 500007 bytes of JSON; the limit is ${DATA_LIMITS.itemBytes}.`, null],
  ],
  [
    "data that is nested too deep",
    "var d = {}; for (var n = 0; n < 200; n++) d = { d: d }; it(API.createItem('t', 'x').setData(d).persistor().persist().error())",
    "The arguments are nested more than 100 levels deep.",
  ],
  [
    "built-ins that a script replaced",
    "Array.prototype[Symbol.iterator] = JSON.stringify = JSON.parse = Object.keys = Array.prototype.push = function () { throw new Error('replaced'); }; var i = API.createItem('t', 'x'); i.getData().n = 1; i.getValidationErrors(); i.persistor().withVersionCheck().persist(); it([load('t', 'x').getData().n, API.queryItems('t', API.N('n').in([1, 2]), API.sort('n', true)).cursor().next().getId()])",
    [1, "x"],
  ],
];

const THROWN: [what: string, script: string, message: RegExp][] = [
  [
    "an id that is none",
    "API.getItem('t', {})",
    /^SparkGameDataService\.getItem: id must be a string, not an object\.$/,
  ],
  ["no id", "API.createItem('t')", /^SparkGameDataService\.createItem: id must be a string, not undefined\.$/],
  [
    "a type that is none",
    "API.queryItems({})",
    /^SparkGameDataService\.queryItems: type must be a string, not an object/,
  ],
  [
    "a condition that is none",
    "API.queryItems('t', { a: 1 })",
    /queryItems: condition must be a condition, not an obj/,
  ],
  ["an order that is none", "API.queryItems('t', null, {})", /queryItems: sortOrder must be an order, not an object/],
  ["a direction that is none", "API.sort('a')", /^SparkGameDataService\.sort: ascending must be a boolean, not undef/],
  ["a second direction that is none", "API.sort('a', true).add('b', 1)", /^SparkDataSortOrder\.add: ascending must be/],
  [
    "a number that is none",
    "API.N('a').eq('x')",
    /^SparkDataNumberOperand\.eq: the value must be a number, not a stri/,
  ],
  ["an empty number", "API.N('a').eq(' ')", /^SparkDataNumberOperand\.eq: the value must be a number/],
  ["a text that is none", "API.S('a').between('a', null)", /^SparkDataStringOperand\.between: the value must be a str/],
  ["no value at all", "API.S('a').in()", /^SparkDataStringOperand\.in takes at least one value, or an array of them/],
  ["a value that is null", "API.S('a').in(null)", /^SparkDataStringOperand\.in: the value must be a string, not null/],
  ["a list in a list", "API.N('a').in([[1]])", /^SparkDataNumberOperand\.in: the value must be a number/],
  [
    "next at the end of a cursor",
    "API.queryItems('none').cursor().next()",
    /^SparkDataCursor\.next: there is no further item/,
  ],
  ["an element that is none", "API.N('a').in([1, {}])", /^SparkDataNumberOperand\.in: the value must be a number/],
  [
    "a joined condition that is none",
    "API.N('a').eq(1).and(true)",
    /^SparkDataCondition\.and: that must be a condition/,
  ],
  [
    "data that is none",
    "API.createItem('t', 'x').setData('a')",
    /^SparkDataItem\.setData: data must be an object, not a/,
  ],
  ["data that is a list", "API.createItem('t', 'x').setData([])", /data must be an object, not an array/],
  [
    "data in a circle",
    "var i = API.createItem('t', 'x'); i.getData().i = i.getData(); i.persistor().persist()",
    /^SparkDataItemPersistor\.persist: the data cannot be converted to JSON/,
  ],
  [
    "a time that is none",
    "API.createItem('t', 'x').setTTL('soon')",
    /^SparkDataItem\.setTTL: ttl must be a number, not a/,
  ],
  [
    "a check that is none",
    "API.createItem('t', 'x').persistor().withConditionCheck({})",
    /withConditionCheck: condition must be a condition/,
  ],
  ["a method of another object", "API.createItem('t', 'x').persistor.call({})", /SparkDataItem/],
];

const SCRIPTS: Record<string, string> = {
  counts:
    "var i = load('t', 'count'); i.getData().n++; i.getData()['by' + Spark.getData().who] = true; i.persistor().withAtomicIncrements().persist();",
  marks: "var i = load('t', 'marks'); i.getData().of[Spark.getData().who] = true; i.persistor().persist();",
  claims:
    "var i = load('t', 'prize'), isFree = i.getData().winner === null; i.getData().winner = Spark.getData().who; it(isFree && i.persistor().withVersionCheck().persist().error() === null);",
  takes:
    "for (var i; (i = load('t', 'pot')) && i.getData().left > 0; ) { i.getData().left--; if (i.persistor().withVersionCheck().persist().error() === null) { it(true); break; } }",
  persistsAndFails: "make('t', 'kept', { a: 1 }); throw new Error('late');",
  exits:
    "var i = API.createItem('t', 'x'); i.getData().toJSON = function () { Spark.exit(); }; i.persistor().persist(); it(1);",
  reads: "it(load('t', 'kept').getData())",
  tells:
    "function thrown(f) { try { f(); } catch (e) { return e.message; } } var g = API.getItem('t', 'kept'), q = API.queryItems('t'), i = API.createItem('t', 'kept'); it([g.error(), thrown(function () { g.document(); }), q.error(), thrown(function () { q.cursor(); }), i.persistor().persist().error(), i.delete().error()]);",
  many: "for (var n = 0; n < 250; n++) make('many', 'i' + n, { n: n, text: new Array(3000).join('x') });",
  pages: "it(ids(API.queryItems('many', API.N('n').gt(-1), API.sort('n', true))))",
};

const HEROES: Game = testGame([], {
  dataTypes: new Map([
    ["hero", { shortCode: "hero", fields: new Map([["level", { shortCode: "level", path: "stats.level" }]]) }],
  ]),
});

describe.each(engines.slice(0, 2))("the Game Data Service in scripts on $name", (engine) => {
  let world: World;
  let hosts: TestCloudCode;

  beforeAll(async () => {
    world = await openWorld(engine);
    world.context = { ...world.context, game: HEROES };
    const caught = (script: string) => `try { ${script}; it("never"); } catch (e) { it(e.message); }`;
    hosts = await withScripts(
      Object.fromEntries([
        ...SEEN.map(([, script], index) => [`seen${index}`, BEFORE + script]),
        ...THROWN.map(([, script], index) => [`thrown${index}`, BEFORE + caught(script)]),
        ...Object.entries(SCRIPTS).map(([name, script]) => [name, BEFORE + script]),
      ]),
    );
  });
  beforeEach(async () => {
    for (const type of ["t", "hero"]) await world.store.collection(`data.${type}`).deleteMany({});
  });
  afterAll(async () => {
    await hosts.cloudCode.close();
    await world.discard();
  });

  const run = async (name: string, data: Record<string, unknown> = {}): Promise<ScriptResult> =>
    hosts.run(name, { data: { now: world.clock.now(), ...data }, player: null }, world.context);
  const seen = async (name: string, data: Record<string, unknown> = {}): Promise<unknown> => {
    const { failure, scriptData } = await run(name, data);
    expect(failure).toBeUndefined();
    return scriptData["it"];
  };
  const atOnce = (count: number, name: string) =>
    Promise.all(Array.from({ length: count }, (_, who) => seen(name, { who })));
  const type = () => ({ store: world.store, type: "t", declared: undefined, now: world.clock.now() });
  const put = (id: string, after: Record<string, unknown>) =>
    persistItem(type(), {
      id,
      before: undefined,
      after,
      expires: null,
      how: "overwrite",
      version: undefined,
      checkVersion: false,
      condition: null,
    });
  const stored = async (id: string) => (await findItem(type(), id))?.data;

  test.for(SEEN.map(([what, , it], index) => [what, index, it] as const))("%s", async ([, index, it]) => {
    expect(JSON.parse(JSON.stringify(await seen(`seen${index}`)))).toEqual(it);
    expect(world.failures).toEqual([]);
  });

  test.for(THROWN.map(([what, , message], index) => [what, index, message] as const))(
    "thrown: %s",
    async ([, index, message]) => {
      expect(await seen(`thrown${index}`)).toMatch(message);
    },
  );

  test("concurrent atomic increments are all applied", async () => {
    await put("count", { n: 0 });
    await atOnce(24, "counts");
    const data = (await stored("count")) as Record<string, unknown>;
    expect(data["n"]).toBe(24);
    expect(Object.keys(data).filter((name) => name.startsWith("by")).length).toBe(24);
  });

  test("concurrent changes of different members are all kept", async () => {
    await put("marks", { of: {} });
    await atOnce(24, "marks");
    expect(Object.keys((await stored("marks"))!["of"] as object).length).toBe(24);
  });

  test("of concurrent writes with version check one succeeds", async () => {
    await put("prize", { winner: null });
    const won = await atOnce(24, "claims");
    expect(won.filter((it) => it === true).length).toBe(1);
    expect(await stored("prize")).toEqual({ winner: won.indexOf(true) });
  });

  test("concurrent scripts that retry with version check take exactly what is available", async () => {
    await put("pot", { left: 5 });
    const taken = await atOnce(12, "takes");
    expect(taken.filter((it) => it === true).length).toBe(5);
    expect(await stored("pot")).toEqual({ left: 0 });
  });

  test("persisted changes stay if the script fails, and the run is marked as having written", async () => {
    expect(await run("persistsAndFails")).toMatchObject({ failure: { message: "late" }, wrote: true });
    const { scriptData, wrote } = await run("reads");
    expect([scriptData["it"], wrote]).toEqual([{ a: 1 }, false]);
  });

  test("a script may end in a toJSON of its data", async () => {
    const { failure, scriptData, wrote } = await run("exits");
    expect([failure, scriptData["it"], wrote]).toEqual([undefined, undefined, false]);
  });

  test("many items are fetched in batches", async () => {
    await seen("many");
    const before = world.calls.length;
    expect(await seen("pages")).toEqual(Array.from({ length: 250 }, (_, n) => `i${n}`));
    const pieces = world.calls.slice(before);
    expect(pieces[0]).toBe("data.query ok");
    expect(pieces.length).toBeGreaterThan(2);
    expect(new Set(pieces.slice(1))).toEqual(new Set(["cursor.next ok"]));
  });

  test("a failing database is an error, not an empty result", async () => {
    await put("kept", { a: 1 });
    const collection = () => {
      throw new Error("away");
    };
    const away = { ...world.store, collection };
    const { scriptData } = await hosts.run("tells", { player: null }, { ...world.context, store: away });
    const failed = /^The server failed at data\.(get|query|persist|delete)\. See its log for error /;
    for (const sentence of scriptData["it"] as string[]) expect(sentence).toMatch(failed);
    expect((scriptData["it"] as string[]).length).toBe(6);
    expect(world.failures.splice(0).length).toBe(4);
  });
});
