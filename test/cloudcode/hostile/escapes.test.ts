import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestCloudCode, withScripts } from "../support.ts";
import { openWorld, type World } from "../world.ts";

/** Goes over everything that can be reached from `roots` by properties, prototypes and getters, and lists what is odd. */
const WALK = `
  function walk(roots) {
    var seen = new Set(), odd = [], pending = roots.slice();
    while (pending.length > 0) {
      var it = pending.pop();
      if (it === null || (typeof it !== "object" && typeof it !== "function") || seen.has(it)) continue;
      seen.add(it);
      Reflect.ownKeys(it).forEach(function (key) {
        if (/apply(Sync|Ignored)|derefInto|copySync|isolate|process|binding|__ivm/i.test(String(key))) odd.push(String(key));
        var d = Reflect.getOwnPropertyDescriptor(it, key);
        pending.push(d.value, d.get, d.set);
        if (d.get) try { pending.push(Reflect.apply(d.get, it, [])); } catch (e) { pending.push(e); }
      });
      pending.push(Reflect.getPrototypeOf(it));
    }
    return seen.size > 500 ? odd : "walked over too little";
  }`;

/** Setters on the prototypes of all objects and arrays: what the sandbox's own code assigns there would be theirs. */
const TRAPS = `
  var caught = "";
  ["value", "get", "set", "kind", "message", "text", "result", "host", "run", "then", "toJSON", "0", "1", "2", "id", "log",
   "failure", "player", "players", "documents", "more", "playerId", "$date", "$regex", "constructor2"].forEach(function (name) {
    [Object.prototype, Array.prototype].forEach(function (prototype) {
      Object.defineProperty(prototype, name, Object.assign(Object.create(null), {
        get: function () { caught += " get " + name; },
        set: function (value) { caught += " set " + name; },
        configurable: true
      }));
    });
  });
  function release() {
    for (var name of Object.getOwnPropertyNames(Object.prototype)) {
      var d = Object.getOwnPropertyDescriptor(Object.prototype, name);
      if (d.get && name !== "__proto__") delete Object.prototype[name];
    }
    for (var i of Object.getOwnPropertyNames(Array.prototype)) {
      if (Object.getOwnPropertyDescriptor(Array.prototype, i).get) delete Array.prototype[i];
    }
  }`;

/** Replaces what the sandbox could have used by functions that note what they are given. */
const REPLACED = `
  var taken = [];
  [[JSON, "stringify"], [JSON, "parse"], [String.prototype, "slice"], [String.prototype, "indexOf"], [Array.prototype, "push"],
   [Array.prototype, "map"], [Array.prototype, "join"], [Array.prototype, Symbol.iterator], [Object, "keys"], [Object, "create"],
   [Object, "freeze"], [Object, "defineProperty"], [Reflect, "apply"], [Function.prototype, "call"], [Function.prototype, "apply"],
   [Function.prototype, "bind"], [RegExp.prototype, "exec"], [RegExp.prototype, "test"], [Date, "now"], [Date.prototype, "getTime"],
   [Promise.prototype, "then"], [Number, "isFinite"], [Math, "trunc"], [Object.prototype, "toString"], [Object.prototype, "hasOwnProperty"],
   [globalThis, "String"], [globalThis, "Error"], [globalThis, "TypeError"], [globalThis, "Object"], [globalThis, "Array"]
  ].forEach(function (pair) {
    try { pair[0][pair[1]] = function () { taken[taken.length] = String(pair[1].toString()); return {}; }; } catch (e) {}
  });`;

/** Each sets what it sees; what that has to be. */
const ESCAPES: [what: string, script: string, seen: unknown][] = [
  [
    "constructors of all kinds of functions",
    `[function () {}, async function () {}, function* () {}, async function* () {}, () => 1, class {}.prototype.constructor]
      .map(function (f) {
        try { return typeof f.constructor("return typeof process + typeof require + typeof globalThis.module")(); }
        catch (e) { return e.name; }
      })`,
    ["string", "object", "object", "object", "string", "string"],
  ],
  [
    "globals of a host",
    `["process", "module", "exports", "global", "Buffer", "setTimeout", "queueMicrotask", "fetch", "console", "ivm", "WebAssembly",
      "SharedArrayBuffer", "Atomics", "WeakRef", "FinalizationRegistry", "structuredClone", "performance"]
      .filter(function (name) { return Function("return typeof " + name)() !== "undefined"; })`,
    [],
  ],
  [
    "the this of functions, strict and not",
    "(function () { return typeof this.process + typeof (function () { 'use strict'; return this; })(); })()",
    "undefinedundefined",
  ],
  [
    "evals of all kinds",
    "[eval('typeof process'), (0, eval)('typeof process'), new Function('return typeof process')(), Reflect.construct(Function, ['return typeof process'])()]",
    ["undefined", "undefined", "undefined", "undefined"],
  ],
  ["everything that can be walked to", "walk([globalThis, Spark, Spark.getPlayer(), Spark.getLog(), new Error()])", []],
  [
    "an error that came from the server",
    "(function () { try { Spark.runtimeCollection('c').update({}, { $no: 1 }); } catch (e) { return walk([globalThis, e]).concat(Object.keys(e), e.constructor === Error, /file:|node:|\\/src\\//.test(e.stack)); } })()",
    [true, false],
  ],
  [
    "what a server's answer is made of",
    "(function () { Spark.runtimeCollection('own').insert({ a: { b: [1] } }); var d = Spark.runtimeCollection('own').findOne(); return [d.constructor === Object, d.a.b.constructor === Array, walk([globalThis, d]).length]; })()",
    [true, true, 0],
  ],
  [
    "frames of the sandbox in a stack",
    `(function () {
      var kinds = {};
      Error.prepareStackTrace = function (error, sites) {
        sites.forEach(function (site) {
          if (String(site.getFileName()).indexOf("rekindle:") !== 0) return;
          kinds[typeof site.getThis() + typeof site.getFunction()] = 1;
        });
        return "";
      };
      [function () { Spark.setScriptData(null); }, function () { Spark.runtimeCollection("c").find(1); },
       function () { Spark.setScriptData("a", { toJSON: function () { throw new Error(); } }); }].forEach(function (f) {
        try { f(); } catch (e) { e.stack; }
      });
      delete Error.prepareStackTrace;
      return Object.keys(kinds);
    })()`,
    ["undefinedundefined"],
  ],
  [
    "setters under the sandbox's own objects",
    `(function () {
      Spark.setScriptData("a", 1);
      Spark.getScriptData("a");
      Spark.getData();
      Spark.getPlayer().setScriptData("b", 2);
      Spark.getPlayer().getScriptData("b");
      Spark.getLog().info("x");
      Spark.runtimeCollection("own").count();
      try { Spark.setScriptData(null); } catch (e) {}
      try { Spark.runtimeCollection("own").find({ a: 1 }).limit("x"); } catch (e) {}
      release();
      return caught.match(/set .*?(?= |$)/g);
    })()`,
    null,
  ],
  [
    "built-ins that the sandbox could use",
    `(function () {
      Spark.setScriptData("a", "b");
      Spark.getPlayer().setScriptData("b", "c");
      var c = Spark.runtimeCollection("own");
      c.insert({ replaced: true });
      var n = c.count({ replaced: true });
      return [Spark.getScriptData("a"), Spark.getPlayer().getScriptData("b"), n > 0, taken.length];
    })()`,
    ["b", "c", true, 0],
  ],
  [
    "a getter of an argument that ends the run",
    "(function () { try { Spark.setScriptData('x', { get a() { Spark.setScriptData('seen', 'before'); Spark.exit(); } }); } catch (e) { Spark.setScriptData('seen', 'caught'); } })()",
    "before",
  ],
  [
    "an argument that changes while it is read",
    `(function () {
      var reads = 0;
      Spark.setScriptData("x", { get a() { return reads++; }, get b() { Spark.setScriptData("x", "other"); return 1; } });
      return [reads, Spark.getScriptData("x")];
    })()`,
    [1, { a: 0, b: 1 }],
  ],
  [
    "proxies instead of arguments",
    `(function () {
      var proxy = new Proxy({}, { get: function (t, k) { return k === "toJSON" ? undefined : 1; }, ownKeys: function () { return ["a"]; },
        getOwnPropertyDescriptor: function () { return { value: 1, enumerable: true, configurable: true }; }, getPrototypeOf: function () { throw new Error("trap"); } });
      var texts = [];
      [function () { Spark.setScriptData("p", proxy); }, function () { Spark.runtimeCollection("own").insert({ p: proxy }); },
       function () { Spark.setScriptData(proxy, 1); }, function () { Spark.runtimeCollection(proxy); }].forEach(function (f) {
        try { f(); texts.push("fine"); } catch (e) { texts.push(e.name); }
      });
      return texts;
    })()`,
    ["fine", "TypeError", "TypeError", "TypeError"],
  ],
  [
    "Symbol.species, toPrimitive and isConcatSpreadable",
    `(function () {
      class Mine extends Array { static get [Symbol.species]() { return function () { return { length: 0 }; }; } }
      var mine = Mine.from([1, 2]);
      mine[Symbol.isConcatSpreadable] = false;
      Spark.setScriptData("list", mine);
      try { Spark.setScriptData({ [Symbol.toPrimitive]: function () { return "__proto__"; } }, 1); } catch (e) { return [e.name, Spark.getScriptData("list")]; }
    })()`,
    ["TypeError", [1, 2]],
  ],
  [
    "thenables",
    `(function () {
      Object.prototype.then = function (resolve) { globalThis.stolen = 1; };
      Spark.setScriptData("t", { a: 1 });
      Spark.runtimeCollection("own").count();
      delete Object.prototype.then;
      return typeof stolen;
    })()`,
    "undefined",
  ],
  [
    "JSON that is no JSON",
    `(function () {
      var texts = [];
      [function () { return JSON.rawJSON("1],[2"); }, function () { return JSON.rawJSON('{"a":1}'); }].forEach(function (f) {
        try { Spark.runtimeCollection("own").insert({ a: f() }); texts.push("in"); } catch (e) { texts.push(e.name); }
      });
      return texts;
    })()`,
    ["SyntaxError", "SyntaxError"],
  ],
  [
    "members called __proto__",
    `(function () {
      Spark.setScriptData("p", JSON.parse('{"__proto__": {"isAdmin": true}, "constructor": {"prototype": {"isAdmin": true}}}'));
      Spark.setScriptData("q", { ["__proto__"]: { isAdmin: true } });
      return [typeof {}.isAdmin, typeof Spark.getScriptData("p").isAdmin];
    })()`,
    ["undefined", "undefined"],
  ],
  [
    "Spark's classes, constructed and borrowed",
    `(function () {
      var C = Spark.runtimeCollection("own").find().constructor, P = Spark.getPlayer().constructor, results = [];
      [function () { return new C(1).next(); }, function () { return Reflect.construct(C, [1, 2, 3]).hasNext(); },
       function () { return new P("5f0000000000000000000009").getUserName(); }, function () { return P.prototype.getUserName.call({}); },
       function () { return C.prototype.next.call(Spark); }, function () { return Object.create(Spark.getPlayer()).getPlayerId(); },
       function () { return structuredClone(Spark); }, function () { return class extends P {}.prototype.getPlayerId(); }
      ].forEach(function (f) { try { results.push(typeof f()); } catch (e) { results.push("refused"); } });
      return results;
    })()`,
    // A player that a script makes up has no id and no members.
    ["refused", "refused", "undefined", ...Array(5).fill("refused")],
  ],
  [
    "changes of Spark",
    `(function () {
      var P = Object.getPrototypeOf(Spark.getPlayer());
      return [Reflect.set(P, "getPlayerId", null), Reflect.defineProperty(P, "x", { value: 1 }), Reflect.setPrototypeOf(P, null),
        Reflect.deleteProperty(Spark.constructor.prototype, "getPlayer"), Reflect.set(Spark, "x", 1), Reflect.setPrototypeOf(Spark, {})];
    })()`,
    Array(6).fill(false),
  ],
];

const AFTERWARDS =
  "Spark.runtimeCollection('own').count(); Spark.setScriptData('seen', [typeof stolen, typeof caught, {}.isAdmin === undefined]);";

let hosts: TestCloudCode;
let world: World;
beforeAll(async () => {
  world = await openWorld();
  const sources: Record<string, string> = {
    after: AFTERWARDS,
    imports: `
      import("node:fs").then(function () { Spark.setScriptData("seen", "there"); }, function (e) { Spark.setScriptData("seen", e.constructor === Object ? "other" : walk([globalThis, e])); });${WALK}`,
    later:
      "Promise.resolve().then(function () { Spark.setScriptData('seen', 'a job of the run'); }).then(function () { return new Promise(function () {}); }).then(function () { globalThis.stolen = 1; });",
  };
  for (const [index, [what, script]] of ESCAPES.entries()) {
    const before = what.startsWith("setters") ? TRAPS : what.startsWith("built-ins") ? REPLACED : WALK;
    sources[`escape${index}`] = what.startsWith("a getter")
      ? script
      : `${before}\nvar $seen = ${script};\nSpark.setScriptData("seen", $seen);`;
  }
  hosts = await withScripts(sources, { lanes: 1, memoryMb: 64 });
});
afterAll(async () => {
  await hosts.cloudCode.close();
  await world.discard();
});

test.for(ESCAPES.map(([what, , seen], index) => [what, index, seen] as const))(
  "a script cannot escape through %s",
  async ([, index, seen]) => {
    const { failure, scriptData } = await hosts.run(`escape${index}`, {}, world.context);
    expect(failure).toBeUndefined();
    expect(scriptData["seen"]).toEqual(seen);
    const after = await hosts.run("after", {}, world.context);
    expect(after).toMatchObject({ scriptData: { seen: ["undefined", "undefined", true] } });
  },
);

test("import() is refused with an error of the script's own realm", async () => {
  expect((await hosts.run("imports", {}, world.context)).scriptData["seen"]).toEqual([]);
});

test("a promise job belongs to its run and not to a later one", async () => {
  expect((await hosts.run("later")).scriptData["seen"]).toBe("a job of the run");
  for (let n = 0; n < 3; n++) expect((await hosts.run("after", {}, world.context)).failure).toBeUndefined();
});
