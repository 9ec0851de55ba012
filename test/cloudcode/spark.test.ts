import { afterAll, beforeAll, expect, test } from "vitest";
import type { ScriptRun } from "../../src/cloudcode/cloudcode.ts";
import { type TestCloudCode, withScripts } from "./support.ts";

/** A script puts what it saw into script data under `it`; that is compared. */
const SEEN: [what: string, script: string, it: unknown, input?: Partial<ScriptRun>][] = [
  ["the request", "it(Spark.getData().name)", "x", { data: { name: "x" } }],
  ["the request as a property", "it(Spark.data.name)", "x", { data: { name: "x" } }],
  ["hasOwnProperty of the request", "it(Spark.getData().hasOwnProperty('name'))", true, { data: { name: "x" } }],
  ["the same data object each time", "Spark.data.y = 1; it(Spark.getData().y)", 1],
  ["the player's id", "it(Spark.getPlayer().getPlayerId())", "5f0000000000000000000001"],
  ["the player's id as a property", "it(Spark.player.playerId)", "5f0000000000000000000001"],
  ["the user name", "it([Spark.getPlayer().getUserName(), Spark.player.userName])", ["ada", "ada"]],
  ["the display name", "it([Spark.getPlayer().getDisplayName(), Spark.player.displayName])", ["Ada", "Ada"]],
  ["no player", "it([Spark.getPlayer(), Spark.player])", [null, null], { player: null }],
  ["a player's script data", "it(Spark.getPlayer().getScriptData('bag')[0])", "rope"],
  ["a player's private data", "it(Spark.getPlayer().getPrivateData('rating'))", 1200],
  ["no such member: null", "it([Spark.player.getScriptData('no'), Spark.player.getPrivateData('no')])", [null, null]],
  [
    "no member by a built-in's name",
    "it([Spark.player.getScriptData('toString'), Spark.getScriptData('constructor')])",
    [null, null],
  ],
  ["a player's data just set", "Spark.player.setScriptData('a', {b: 1}); it(Spark.player.getScriptData('a').b)", 1],
  ["a player's data just removed", "Spark.player.removeScriptData('bag'); it(Spark.player.getScriptData('bag'))", null],
  ["script data of before", "it(Spark.getScriptData('a'))", 5, { scriptData: { a: 5 } }],
  ["no script data: null", "it(Spark.getScriptData('a') === null)", true],
  [
    "a script error of before",
    "it([Spark.hasScriptErrors(), Spark.getScriptError('k')])",
    [true, "v"],
    { scriptErrors: { k: "v" } },
  ],
  ["no script error", "it([Spark.hasScriptErrors(), Spark.getScriptError('k') === null])", [false, true]],
  ["a value as it was when set", "var o = {n: 1}; it(o); o.n = 2;", { n: 1 }],
  ["undefined as null", "it(undefined)", null],
  ["dates as text", "it(new Date(0))", "1970-01-01T00:00:00.000Z"],
  ["UTC", "it(new Date(0).getTimezoneOffset())", 0],
  [
    "sloppy mode: this is the global object",
    "it(this === globalThis && (function () { return this; })() === globalThis)",
    true,
  ],
  ["implicit globals", "function f() { n = 4; } f(); it(n)", 4],
  ["top-level variables as properties of the global object", "var v = 1; it(this.v)", 1],
  ["functions before their line", "it(f()); function f() { return 7; }", 7],
  ["use strict", '"use strict"; it((function () { return this === undefined; })())', true],
  ["no leak of strictness", "it((function () { return this !== undefined; })())", true],
  ["modern syntax", "const it2 = async (x = 1) => { await null; it([...[x, 2n].map(String)]); }; it2();", ["1", "2"]],
  ["promise jobs before the end", "Promise.resolve().then(function () { it(1); });", 1],
  [
    "what a polyfill adds",
    "Array.prototype.last = function () { return this[this.length - 1]; }; it([1, 2].last())",
    2,
  ],
  ["an own toString", "function A() {} A.prototype.toString = function () { return 'A'; }; it('' + new A())", "A"],
  ["fields of an error", "var e = new Error('m'); e.name = 'N'; e.message = 'k'; it('' + e)", "N: k"],
  ["a name that is a number", "Spark.setScriptData(1, 2); it(Spark.getScriptData('1'))", 2],
  ["exit at the top", "it(1); Spark.exit(); it(2);", 1],
  [
    "exit inside functions and loops",
    "it(1); function f() { [1].forEach(function () { Spark.exit(); }); } while (true) f();",
    1,
  ],
  ["exit inside try", "it(1); try { Spark.exit(); } catch (e) { it(2); } finally { it(3); } it(4);", 1],
  ["exit inside catch", "it(1); try { try { throw 1; } catch (e) { Spark.exit(); } } catch { it(2); }", 1],
  ["exit inside a getter that JSON reads", "it(1); it({ get a() { Spark.exit(); } })", 1],
  ["exit and a loop that catches", "it(1); for (;;) { try { Spark.exit(); } catch (e) { continue; } }", 1],
  ["exit and code that nothing was put into", "it(1); new Function('try { Spark.exit() } catch (e) {}')(); it(2);", 1],
];

const FAILURES: [what: string, script: string, failure: object][] = [
  ["a thrown error", "\nvar a;\n  a.b;", { kind: "error", line: 3, column: 5, message: /undefined/ }],
  ["text thrown", "\n  throw 'no luck';", { kind: "error", line: 2, column: 9, message: /^no luck$/ }],
  [
    "thrown inside a function",
    "f();\nfunction f() {\n  throw new Error('deep');\n}",
    { kind: "error", line: 3, message: /^deep$/ },
  ],
  ["columns as in the file", "try { throw 1 } catch (e) { null.x }", { line: 1, column: 34 }],
  ["null thrown", "throw null", { kind: "error", message: /^null$/ }],
  [
    "an error that cannot be read",
    "throw { get message() { throw 1; } }",
    { kind: "error", message: /without a message/ },
  ],
  ["an undeclared name", "x.y", { kind: "error", message: /x is not defined/, line: 1 }],
  [
    "a wrong name",
    "Spark.setScriptData({}, 1)",
    { kind: "error", message: /Spark\.setScriptData: name must be a string, not an object/ },
  ],
  [
    "a wrong key",
    "Spark.setScriptError({}, 1)",
    { message: /Spark\.setScriptError: key must be a string, not an object/ },
  ],
  [
    "a function as a value",
    "Spark.setScriptData('a', function () {})",
    { message: /value must be JSON, not a function/ },
  ],
  [
    "a cycle",
    "var o = {}; o.o = o; Spark.setScriptData('a', o)",
    { message: /value cannot be converted to JSON: .*circular/i },
  ],
  ["a BigInt", "Spark.setScriptData('a', 1n)", { message: /value cannot be converted to JSON/ }],
  [
    "a toJSON that throws",
    "Spark.setScriptData('a', { toJSON: function () { throw new Error('trap'); } })",
    { message: /trap/ },
  ],
  ["a getter that throws", "Spark.setScriptData('a', { get b() { throw new Error('trap'); } })", { message: /trap/ }],
  [
    "a proxy that throws",
    "Spark.setScriptData('a', new Proxy({}, { ownKeys: function () { throw new Error('trap'); } }))",
    { message: /trap/ },
  ],
  ["a name that is __proto__", "Spark.setScriptData('__proto__', {})", { message: /name must not be "__proto__"/ }],
  [
    "a member's name with a dot",
    "Spark.player.setScriptData('a.b', 1)",
    { message: /SparkPlayer\.setScriptData: name must not contain/ },
  ],
  [
    "a member's name that is an operator",
    "Spark.player.setPrivateData('$set', 1)",
    { message: /SparkPlayer\.setPrivateData: name must not/ },
  ],
  ["recursion without end", "function f() { f(); } f();", { kind: "error", message: /call stack/ }],
  [
    "an error in the middle of its own stack",
    "Error.prepareStackTrace = function () { throw 1; }; null.x",
    { kind: "error" },
  ],
  ["a value beyond the limit", "Spark.setScriptData('a', 'x'.repeat(70000))", { kind: "result" }],
  [
    "many values beyond the limit",
    "for (var i = 0; ; i++) try { Spark.setScriptData('k' + i, i); } catch (e) {}",
    { kind: "result" },
  ],
  ["a syntax error", "\nvar a = ;", { kind: "syntax", line: 2, column: 9 }],
];

const IT = "function it(value) { Spark.setScriptData('it', value); } ";
const strict = '"use strict"; ';
const named = (prefix: string, rows: readonly { 0: string; 1: string }[]) =>
  Object.fromEntries(rows.map((row, index) => [`${prefix}${index}`, row[1]]));

const OTHERS = {
  changes: `
    var player = Spark.getPlayer();
    player.setScriptData("level", 4);
    player.setScriptData("gone", 1);
    player.removeScriptData("gone");
    player.removeScriptData("bag");
    player.removeScriptData("never");
    player.setPrivateData("x", { y: [1] });
  `,
  reads: "Spark.getPlayer().getScriptData('level');",
  failsAfterChanges:
    "Spark.getPlayer().setScriptData('level', 9); Spark.setScriptData('a', 1); throw new Error('late');",
  errors: "Spark.setScriptError('a', { b: 1 }); Spark.setScriptError('c', 'd'); Spark.removeScriptError('c');",
  clears:
    "Spark.removeAllScriptErrors(); Spark.removeAllScriptData(); Spark.setScriptData('x', 1); Spark.setScriptData('y', 1); Spark.removeScriptData('y');",
  logs: `
    var log = Spark.getLog();
    log.debug("text"); log.info({ a: [1] }); log.warn(null); log.error(undefined);
    var cycle = {}; cycle.cycle = cycle; log.info(cycle);
    log.info("x".repeat(100000));
  `,
  logsMuch: "for (var i = 0; i < 100; i++) Spark.getLog().info(i);",
  proto: 'Spark.setScriptData(\'a\', JSON.parse(\'{"__proto__": {"evil": 1}, "b": {"__proto__": 1, "c": 2}}\'));',
  overwrites: "for (var i = 0; i < 1000; i++) Spark.setScriptData('same', 'x'.repeat(1000)); ",
};

let hosts: TestCloudCode;
beforeAll(async () => {
  const seen = SEEN.map(([what, script]): [string, string] => {
    const isStrict = script.startsWith('"use strict"');
    return [what, isStrict ? script.replace(strict, strict + IT) : IT + script];
  });
  hosts = await withScripts(
    { ...named("seen", seen), ...named("failure", FAILURES), ...OTHERS },
    { resultChars: 65_536 },
  );
});
afterAll(() => hosts.cloudCode.close());

test.for(SEEN.map((row, index) => [row[0], index, row[2], row[3]] as const))(
  "a script sees %s",
  async ([, index, it, input]) => {
    const result = await hosts.run(`seen${index}`, input);
    expect(result.failure).toBeUndefined();
    expect(result.scriptData["it"]).toEqual(it);
  },
);

test.for(FAILURES.map((row, index) => [row[0], index, row[2]] as const))(
  "a run fails with %s",
  async ([, index, expected]) => {
    const { failure, playerChanges } = await hosts.run(`failure${index}`);
    expect(failure).toMatchObject({ file: `request/failure${index}.js` });
    for (const [member, value] of Object.entries(expected)) {
      const actual = failure?.[member as keyof typeof failure];
      if (value instanceof RegExp) expect(actual).toMatch(value);
      else expect(actual).toBe(value);
    }
    expect(playerChanges).toBeUndefined();
  },
);

test("a player's changes are returned member by member", async () => {
  const { playerChanges } = await hosts.run("changes");
  expect(playerChanges).toEqual({
    scriptData: { set: { level: 4 }, removed: ["gone", "bag"] },
    privateData: { set: { x: { y: [1] } }, removed: [] },
  });
});

test("a script that only reads or fails changes nothing", async () => {
  expect((await hosts.run("reads")).playerChanges).toBeUndefined();
  const failed = await hosts.run("failsAfterChanges");
  expect(failed.failure?.message).toBe("late");
  expect(failed.playerChanges).toBeUndefined();
  expect(failed.scriptData).toEqual({ a: 1 });
});

test("earlier script data and errors are kept and can be extended and removed", async () => {
  const before = { scriptData: { old: [1] }, scriptErrors: { was: 1 } };
  const added = await hosts.run("errors", before);
  expect(added.scriptErrors).toEqual({ was: 1, a: { b: 1 } });
  expect(added.scriptData).toEqual({ old: [1] });
  const cleared = await hosts.run("clears", before);
  expect(cleared.scriptErrors).toEqual({});
  expect(cleared.scriptData).toEqual({ x: 1 });
});

test("log lines have level, JSON and place; long ones are cut, excess ones counted", async () => {
  const at = { file: "request/logs.js", line: 3 };
  const { log } = await hosts.run("logs");
  expect(log.slice(0, 4)).toEqual([
    { level: "debug", message: "text", ...at },
    { level: "info", message: { a: [1] }, ...at },
    { level: "warn", message: null, ...at },
    { level: "error", message: "undefined", ...at },
  ]);
  expect(log[4]?.message).toMatch(/^\(not JSON: .*circular/);
  expect(String(log[5]?.message).length).toBeLessThan(10_000);
  const many = (await hosts.run("logsMuch")).log;
  expect(many).toHaveLength(21);
  expect(many[20]).toEqual({ level: "warn", message: "80 further log lines were dropped." });
});

test("a key called __proto__ does not reach the server", async () => {
  const { scriptData } = await hosts.run("proto");
  expect(scriptData).toEqual({ a: { b: { c: 2 } } });
  expect(Object.hasOwn(scriptData["a"] as object, "__proto__")).toBe(false);
  expect(({} as { evil?: unknown }).evil).toBeUndefined();
});

test("a value that is set repeatedly counts once", async () => {
  const result = await hosts.run("overwrites");
  expect(result.failure).toBeUndefined();
});

test("an unknown script is unavailable", async () => {
  expect(hosts.cloudCode.has("request", "none")).toBe(false);
  expect(hosts.cloudCode.has("request", "changes")).toBe(true);
  expect((await hosts.run("none")).failure?.kind).toBe("unavailable");
});
