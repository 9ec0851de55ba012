import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signIn } from "../../server/support.ts";
import { startTestApp, type TestApp, testGame } from "../../support/app.ts";
import type { TestClient } from "../../support/client.ts";

/**
 * What is contained where: a bomb that V8 stops costs a sandbox, one that it cannot stop costs the process. Which of the
 * limits a bomb meets first depends on the machine, so most may end in one of several ways; none may do without an end.
 */
const ENDS = ["CPU", "TIMEOUT", "MEMORY", "CRASH"];
/** V8 refuses it with an exception in the script, or it exceeds a limit. */
const OR_REFUSED = [...ENDS, "ERROR"];
/** There is such an end, or the engine copes with it in time. */
const OR_NOTHING = [...OR_REFUSED, undefined];

const BOMBS: [what: string, script: string, ends: (string | undefined)[]][] = [
  ["text doubled", "var s = 'x'; for (;;) s += s;", OR_REFUSED],
  ["text doubled and flattened", "var s = 'x', a = []; for (;;) { s += s; a.push(s.indexOf('y')); }", OR_REFUSED],
  ["long texts joined", "var a = []; for (;;) a.push('x'.repeat(1e6)); a.join();", ENDS],
  ["a sparse array joined", "new Array(2 ** 32 - 1).join('x');", OR_REFUSED],
  ["a sparse array searched", "var a = []; a.length = 4e9; a.indexOf(1);", ENDS],
  ["a huge array filled", "new Array(1e9).fill(1);", ENDS],
  ["an array made of a length", "Array.from({ length: 2 ** 32 });", OR_REFUSED],
  ["text spread into letters", "[...'x'.repeat(5e8)];", OR_REFUSED],
  ["millions of arguments", "String.fromCharCode.apply(null, new Array(5e7));", OR_REFUSED],
  ["an array flattened that holds itself", "var a = []; a.push(a, a); a.flat(Infinity);", OR_REFUSED],
  ["a BigInt raised", "2n ** (2n ** 29n) * 3n ** (2n ** 27n);", OR_REFUSED],
  ["BigInts as text", "for (;;) (7n ** 3000000n).toString();", ENDS],
  ["a BigInt shifted", "var x = 1n; for (;;) x = (x << 1000000n) + 1n;", OR_REFUSED],
  ["buffers", "var a = []; for (;;) a.push(new Float64Array(1e6).fill(1));", OR_REFUSED],
  ["one buffer larger than memory", "new ArrayBuffer(2 ** 40);", OR_REFUSED],
  [
    "a buffer that grows and is filled",
    "var b = new ArrayBuffer(8, { maxByteLength: 2 ** 33 }); b.resize(2 ** 33); new Uint8Array(b).fill(1);",
    OR_REFUSED,
  ],
  ["a pattern that backtracks", "/^(\\w+\\s?)*$/.test('aaa '.repeat(20) + '!');", ENDS],
  ["a pattern that looks behind", "/(?<=(a+)+)b/.test('a'.repeat(5000));", OR_NOTHING],
  ["a pattern that refers back", "/(a*)*\\1$/.test('a'.repeat(60) + 'b');", ENDS],
  [
    "a pattern with many repeats",
    "new RegExp('(?:a{0,1000}){0,1000}'.repeat(20)).test('a'.repeat(1e5) + 'b');",
    OR_NOTHING,
  ],
  ["JSON opened and not closed", "JSON.parse('['.repeat(1e7));", OR_REFUSED],
  ["JSON of a million levels", "JSON.parse('['.repeat(1e6) + ']'.repeat(1e6));", OR_NOTHING],
  ["a graph as JSON", "var a = [0]; for (var i = 0; i < 60; i++) a = [a, a]; JSON.stringify(a);", OR_REFUSED],
  [
    "a comparison that contradicts itself",
    "var a = []; for (var i = 0; i < 3e6; i++) a.push(i); for (;;) a.sort(function () { return Math.random() - 0.5; });",
    ENDS,
  ],
  ["recursion through a getter", "var o = { get a() { return this.a; } }; o.a;", OR_REFUSED],
  ["recursion through toJSON", "var o = { toJSON: function () { return [o]; } }; JSON.stringify(o);", OR_REFUSED],
  ["a chain of proxies", "var p = {}; for (var i = 0; i < 2e5; i++) p = new Proxy(p, {}); p.a;", OR_REFUSED],
  ["a chain of prototypes", "var o = {}; for (var i = 0; i < 1e6; i++) o = Object.create(o); o.a;", OR_NOTHING],
  [
    "a chain of bound functions",
    "var f = function () {}; for (var i = 0; i < 1e6; i++) f = f.bind(null); f();",
    OR_NOTHING,
  ],
  ["code nested deep", "eval('('.repeat(1e6));", OR_REFUSED],
  ["code made without end", "for (var i = 0; ; i++) new Function('return ' + i + ';' + 'a=1;'.repeat(1000))();", ENDS],
  [
    "formats of the world",
    "for (var i = 0; ; i++) new Intl.DateTimeFormat('en-u-ca-islamic', { timeZone: 'Asia/Tokyo', dateStyle: 'full' }).format(i);",
    ENDS,
  ],
  [
    "collators kept",
    "var a = []; for (;;) a.push(new Intl.Collator('de-u-co-phonebk'), new Intl.NumberFormat('ar-EG'));",
    ENDS,
  ],
  ["dates in every zone", "for (;;) new Date(8.64e15).toLocaleString('th-TH', { timeZone: 'Pacific/Apia' });", ENDS],
  ["promises without end", "var p = Promise.resolve(); for (;;) p = p.then(function () {});", ENDS],
  ["an async function that never ends", "(async function () { for (;;) await null; })();", ENDS],
  ["a generator that never ends", "Array.from((function* () { for (;;) yield {}; })());", ENDS],
  ["a then without end", "var t = { then: function (go) { go(t); } }; Promise.resolve(t);", ENDS],
  ["a map of itself", "var m = new Map(); for (;;) m.set({}, m);", ENDS],
  ["symbols", "var a = []; for (;;) a.push(Symbol.for('s' + a.length));", ENDS],
  ["names on the global object", "for (var i = 0; ; i++) globalThis['n' + i] = i;", ENDS],
  [
    "a stack trace of a million frames",
    "Error.stackTraceLimit = 1e9; (function f() { try { f(); } catch (e) { throw new Error(e.stack); } })();",
    OR_REFUSED,
  ],
  ["a getter that is set again", "Spark.setScriptData('a', { get b() { for (;;) {} } });", ENDS],
  [
    "a proxy of every member",
    "Spark.setScriptData('a', new Proxy({}, { ownKeys: function () { for (;;) {} } }));",
    ENDS,
  ],
  ["an error that is made of nothing but", "throw { toString: function () { for (;;) {} } };", ENDS],
  [
    "a name that is made of nothing but",
    "Spark.setScriptData({ toString: function () { for (;;) {} } }, 1);",
    OR_REFUSED,
  ],
  [
    "calls in a flood",
    "var c = Spark.runtimeCollection('c'); for (;;) try { c.count(); } catch (e) {}",
    ["CALLS", "CPU", "TIMEOUT"],
  ],
  [
    "calls with much in them",
    "var c = Spark.runtimeCollection('c'); for (;;) try { c.count({ a: 'x'.repeat(1e6) }); } catch (e) {}",
    ["CALLS", ...ENDS],
  ],
  [
    "script data in a flood",
    "for (var i = 0; ; i++) try { Spark.setScriptData('k' + i, 'x'.repeat(1e4)); } catch (e) {}",
    ["RESULT"],
  ],
  ["one giant value", "Spark.setScriptData('a', 'x'.repeat(2e6));", ["RESULT"]],
  ["a log in a flood", "for (;;) Spark.getLog().info('x'.repeat(1e5));", ENDS],
  ["a log of one giant line", "Spark.getLog().info('x'.repeat(3e7));", OR_NOTHING],
];

let app: TestApp;
let stranger: TestClient;
let others: TestClient[];

beforeAll(async () => {
  const event = (shortCode: string, source: string) => ({ type: "event", shortCode, source });
  const embeddedScripts = [
    ...BOMBS.map(([, script], index) => event(`BOMB${index}`, script)),
    event("FINE", "Spark.setScriptData('name', Spark.getPlayer().getPlayerId());"),
  ];
  app = await startTestApp({
    game: testGame([], { embeddedScripts }),
    config: {
      requestsPerSecond: 1_000_000,
      scriptTimeoutMs: 10_000,
      scriptCpuMs: 700,
      scriptMemoryMb: 64,
      scriptHostCalls: 300,
      scriptResultChars: 100_000,
    },
  });
  [stranger, ...others] = (await Promise.all(
    Array.from({ length: 3 }, async (_, index) => {
      const client = await app.client();
      await signIn(client, `device-${index}`);
      return client;
    }),
  )) as [TestClient, ...TestClient[]];
});
afterAll(() => app.discard());

test("each bomb fails only its own request, and other players are served meanwhile", async () => {
  const surprises: string[] = [];
  let isOver = false;
  const answers = others.map(async (client) => {
    let answered = 0;
    while (!isOver) {
      const fine = await client.request("LogEventRequest", { eventKey: "FINE" });
      const plain = await client.request("AccountDetailsRequest");
      if (fine.error || plain.error) surprises.push(`another player: ${JSON.stringify(fine.error ?? plain.error)}`);
      answered++;
      // Without a pause they would take more of the processor than the bombs.
      await setTimeout(10);
    }
    return answered;
  });
  for (const [index, [what, , ends]] of BOMBS.entries()) {
    const { error } = await stranger.request("LogEventRequest", { eventKey: `BOMB${index}` });
    if (!ends.includes(error?.script)) surprises.push(`${what}: ${JSON.stringify(error)}`);
  }
  isOver = true;
  expect(surprises.join("\n")).toBe("");
  for (const answered of await Promise.all(answers)) expect(answered).toBeGreaterThan(BOMBS.length);
}, 600_000);

test("a player who sends all bombs at once delays other players but does not block them", async () => {
  const flood = BOMBS.map((_, index) => stranger.request("LogEventRequest", { eventKey: `BOMB${index}` }));
  const [other] = others as [TestClient];
  for (let n = 0; n < 20; n++) {
    const { error, scriptData } = await other.request("LogEventRequest", { eventKey: "FINE" });
    expect([error, typeof scriptData?.name]).toEqual([undefined, "string"]);
  }
  for (const { "@class": name } of await Promise.all(flood)) expect(name).toBe(".LogEventResponse");
}, 600_000);
