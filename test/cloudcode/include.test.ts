import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestCloudCode, withScripts } from "./support.ts";

const IT = "function it(value) { Spark.setScriptData('it', value); }\n";

/** Modules that the scripts below include; `seen` is the text that the script's own `see` has gathered. */
const MODULES: Record<string, string> = {
  "modules/PLAIN": "see('plain'); var fromPlain = 1; function plain() { return 'p' + fromPlain; }",
  "modules/AGAIN": "times = (typeof times === 'undefined' ? 0 : times) + 1; let fresh; see(typeof fresh); fresh = 1;",
  "modules/CONST": "const SHARED = 'module'; class Thing { name() { return SHARED; } }",
  "modules/READS": "see(SHARED); see(own());",
  "modules/STRICT":
    '"use strict"; var strictVar = 1; function strict() { return this === undefined; } const STRICT = 2;',
  "modules/CYCLE_A": "see('a1'); require('CYCLE_B'); see('a2');",
  "modules/CYCLE_B": "see('b1'); require('CYCLE_A'); require('SELF'); see('b2');",
  "modules/SELF": "see('self'); require('SELF'); requireOnce('SELF');",
  "modules/ONCE_A": "see('a'); requireOnce('ONCE_B');",
  "modules/ONCE_B": "see('b'); requireOnce('ONCE_A');",
  "modules/TOP": "require('LEFT'); require('RIGHT');",
  "modules/LEFT": "require('BASE');",
  "modules/RIGHT": "require('BASE');",
  "modules/BASE": "see('base');",
  "modules/LATER": "function later() { require('BASE'); }",
  "modules/EXITS":
    "it('before'); function deep() { try { Spark.exit(); } catch (e) {} finally {} } deep(); it('after');",
  "modules/LOOSE": "require('GAME_UTLS'); requireOnce('nothing like it'); require('GAME_UTLS');",
  "modules/GAME_UTILS": "see('utils');",
  "modules/BROKEN": "var a;\n\n  if (a {",
  "modules/FAILS": "const x = 1; class Y {}\nfunction fails() {\n  try { null.x } catch (e) { throw e }\n}",
  "modules/THROWS": "function throwsText() {\n  throw 'no luck';\n}",
  "modules/LOADS BADLY (1)'s": "\n\n  nobody.knows;",
  "modules/RENAMES": "function owned() { return 'module'; }",
  "modules/EMPTY": "// ====\n// a banner alone\n// ====",
  "modules/constructor": "see('constructor');",
};

const SEEN: [what: string, script: string, it: unknown][] = [
  [
    "functions and variables of a module",
    "require('PLAIN'); it([plain(), fromPlain, this.fromPlain, seen])",
    ["p1", 1, 1, ["plain"]],
  ],
  [
    "require runs again each time",
    "require('AGAIN'); require('AGAIN'); it([times, seen])",
    [2, ["undefined", "undefined"]],
  ],
  ["requireOnce runs once", "requireOnce('AGAIN'); requireOnce('AGAIN'); it(times)", 1],
  ["requireOnce after require", "require('AGAIN'); requireOnce('AGAIN'); it(times)", 1],
  ["require after requireOnce", "requireOnce('AGAIN'); require('AGAIN'); it(times)", 2],
  [
    "a constant of a module and of the script",
    "const SHARED = 'script'; require('CONST'); it([SHARED, new Thing().name()])",
    ["module", "module"],
  ],
  ["a constant included twice", "require('CONST'); require('CONST'); it(SHARED)", "module"],
  [
    "a module that reads the script and another module",
    "require('CONST'); function own() { return 'own' } require('READS'); it(seen)",
    ["module", "own"],
  ],
  [
    "a strict module leaves the rest sloppy",
    "require('STRICT'); free = 1; it([strict(), strictVar, STRICT, (function () { return this === globalThis })()])",
    [true, 1, 2, true],
  ],
  ["a sloppy module in a strict script", "'use strict'; require('AGAIN'); it(times)", 1],
  ["a cycle", "require('CYCLE_A'); it(seen)", ["a1", "b1", "self", "b2", "a2"]],
  ["a cycle of requireOnce", "requireOnce('ONCE_A'); requireOnce('ONCE_B'); it(seen)", ["a", "b"]],
  ["a module that requires itself, twice", "require('SELF'); require('SELF'); it(seen)", ["self", "self"]],
  ["one base by two ways: once in one call", "require('TOP'); require('TOP'); it(seen)", ["base", "base"]],
  ["require in a function that is called later", "require('LATER'); later(); later(); it(seen)", ["base", "base"]],
  ["a computed name", "for (var i = 0; i < 2; i++) require('BA' + 'SE'); it(seen)", ["base", "base"]],
  ["a name that a built-in has", "require('constructor'); requireOnce('toString'); it(seen)", ["constructor"]],
  ["a name that is no text", "require(12); it(seen)", []],
  ["inside a function", "function f() { require('PLAIN') } f(); it(plain())", "p1"],
  [
    "a module's function takes the place of the script's",
    "function owned() { return 'script' } require('RENAMES'); it(owned())",
    "module",
  ],
  [
    "the script's function is called by its text before the include",
    "it(f()); require('PLAIN'); function f() { return typeof plain }",
    "undefined",
  ],
  ["exit inside a module", "try { require('EXITS') } catch (e) {} it('later')", "before"],
  ["a module without code", "require('EMPTY'); it(1)", 1],
  ["require gives nothing", "it(String(require('PLAIN')))", "undefined"],
  ["an own function called require", "function require(name) { return name + '!' } it(require('PLAIN'))", "PLAIN!"],
  [
    "a module that cannot be parsed, caught",
    "try { require('BROKEN') } catch (e) { it([e.name, e.message]) }",
    ["SyntaxError", "modules/BROKEN.js, line 3, column 9: Unexpected token"],
  ],
  [
    "modules continue after one with a syntax error",
    "try { require('BROKEN') } catch (e) {} require('BASE'); require('BASE'); it(seen)",
    ["base", "base"],
  ],
];

const FAILURES: [what: string, script: string, failure: object][] = [
  ["in a module's function", "require('FAILS');\nfails();", { file: "modules/FAILS.js", line: 3, column: 14 }],
  [
    "text thrown in a module",
    "require('THROWS');\nthrowsText();",
    { file: "modules/THROWS.js", line: 2, column: 9, message: "no luck" },
  ],
  [
    "while a module with an unusual name runs",
    'require("LOADS BADLY (1)\'s")',
    { file: "modules/LOADS BADLY (1)'s.js", line: 3, column: 3 },
  ],
  ["in the script after an include", "require('FAILS');\n\nnull.x", { file: "SCRIPT", line: 3, column: 6 }],
  [
    "in a function that a module calls",
    "function see() { null.x }\nrequire('BASE');",
    { file: "SCRIPT", line: 1, column: 23 },
  ],
  [
    "a module that cannot be parsed",
    "\nrequire('BROKEN');",
    { file: "modules/BROKEN.js", line: 3, column: 9, message: /^modules\/BROKEN\.js, line 3, column 9: / },
  ],
  [
    "a name that is an object",
    "require({})",
    { file: "SCRIPT", line: 1, message: /require: the module's name must be a string, not an object/ },
  ],
];

let hosts: TestCloudCode;
beforeAll(async () => {
  const sources: Record<string, string> = {
    ...MODULES,
    missing: "requireOnce('LOOSE'); requireOnce('LOOSE');",
    floods: "for (var i = 0; ; i++) require('none' + i);",
    long: "require(new Array(1000).join('x'));",
  };
  for (const [index, [, script]] of SEEN.entries()) {
    const helpers = `${IT} var seen = []; function see(what) { seen.push(what); }`;
    const isStrict = script.startsWith("'use strict'");
    sources[`seen${index}`] = isStrict ? `'use strict';\n${helpers}\n${script}` : `${helpers}\n${script}`;
  }
  for (const [index, [, script]] of FAILURES.entries()) sources[`fails${index}`] = script;
  hosts = await withScripts(sources);
});
afterAll(() => hosts.cloudCode.close());

test.for(SEEN.map(([what, , it], index) => [what, index, it] as const))("%s", async ([, index, it]) => {
  for (let runs = 0; runs < 2; runs++) {
    const { scriptData, failure } = await hosts.run(`seen${index}`);
    expect(failure).toBeUndefined();
    expect(scriptData).toEqual({ it });
  }
});

test.for(FAILURES.map(([what, , failure], index) => [what, index, failure] as const))(
  "an error has its place: %s",
  async ([, index, expected]) => {
    const { failure } = await hosts.run(`fails${index}`);
    for (const [member, value] of Object.entries(expected)) {
      const actual = failure?.[member as keyof typeof failure];
      if (value instanceof RegExp) expect(actual).toMatch(value);
      else expect(actual).toBe(value === "SCRIPT" ? `request/fails${index}.js` : value);
    }
  },
);

test("a missing module is one warning per run, with a suggestion", async () => {
  for (let runs = 0; runs < 2; runs++) {
    const { log, failure } = await hosts.run("missing");
    const at = { file: "modules/LOOSE.js", line: 1 };
    expect(failure).toBeUndefined();
    expect(log).toEqual([
      {
        level: "warn",
        message: 'There is no module "GAME_UTLS"; nothing was included. Did you mean "GAME_UTILS"?',
        ...at,
      },
      { level: "warn", message: 'There is no module "nothing like it"; nothing was included.', ...at },
    ]);
  }
  expect((await hosts.run("long")).failure).toBeUndefined();
});

test("a script that requires too many missing modules is ended", async () => {
  expect((await hosts.run("floods")).failure).toMatchObject({
    kind: "limit",
    message: expect.stringContaining("100 modules"),
  });
});

test("modules work after a realm was discarded and in every lane", async () => {
  const scripts = { "modules/M": "var m = 1; function f() { return m++; }" };
  const script = "require('M'); f(); Spark.setScriptData('it', m);";
  const spoils = "require('M'); Object.preventExtensions(Array.prototype);";
  const other = await withScripts({ ...scripts, script, spoils }, { lanes: 2 });
  try {
    const runs = Array.from({ length: 20 }, (_, index) => other.run(index % 3 === 0 ? "spoils" : "script"));
    for (const { failure, scriptData } of await Promise.all(runs)) {
      expect(failure).toBeUndefined();
      expect(scriptData["it"] ?? 2).toBe(2);
    }
  } finally {
    await other.cloudCode.close();
  }
});

test("60 modules with 20,000 lines that require each other", async () => {
  const functions = (module: number): string =>
    Array.from(
      { length: 24 },
      (_, index) => `function m${module}_${index}(a) {\n  var b = a;\n${"  b += 1;\n".repeat(9)}  return b;\n}\n\n`,
    ).join("");
  const all = Array.from({ length: 60 }, (_, index) => `requireOnce("MOD${index}");`).join("\n");
  const plain = Array.from({ length: 60 }, (_, index) => `require("MOD${index}");`).join("\n");
  const sources: Record<string, string> = {
    once: `${all}\nSpark.setScriptData("it", m59_23(1) + count);`,
    plain: `count = 0; ${plain}\nSpark.setScriptData("it", m59_23(1) + count);`,
  };
  for (let module = 0; module < 60; module++) {
    const requires = module % 2 === 0 ? all : plain;
    sources[`modules/MOD${module}`] =
      `${requires}\n${functions(module)}\ncount = (typeof count === "undefined" ? 0 : count) + 1;`;
  }
  const lines = Object.values(sources).join("\n").split("\n").length;
  expect(lines).toBeGreaterThan(20_000);
  const other = await withScripts(sources, { resultChars: 10_000 });
  try {
    expect(await other.run("once")).toMatchObject({ scriptData: { it: 10 + 60 } });
    const { failure, scriptData } = await other.run("plain");
    expect(failure).toBeUndefined();
    // The first call runs all. Then each of an odd number runs all again, each other one itself alone.
    expect(scriptData["it"]).toBe(10 + 60 + 30 * 60 + 29);
  } finally {
    await other.cloudCode.close();
  }
});

test("each run keeps the script version that it started with", async () => {
  const script = "require('M'); Spark.setScriptData('it', m + own()); function own() { return 'OWN'; }";
  const sources = (version: number): Record<string, string> => ({
    "modules/M": `var m = 'm${version}';`,
    script: script.replace("OWN", `s${version}`),
    slow: `require('M'); var until = Date.now() + 400; while (Date.now() < until); require('M'); require('N'); Spark.setScriptData('it', m + n);`,
    "modules/N": `var n = 'n${version}';`,
    same: "Spark.setScriptData('it', 'same');",
  });
  const other = await withScripts(sources(1));
  try {
    expect(await other.run("script")).toMatchObject({ version: 1, scriptData: { it: "m1s1" } });
    const slow = other.run("slow");
    expect(await other.replace(sources(2))).toBe(2);
    expect(await other.run("script")).toMatchObject({ version: 2, scriptData: { it: "m2s2" } });
    expect(await slow).toMatchObject({ version: 1, scriptData: { it: "m1n1" } });
    expect(await other.run("same")).toMatchObject({ version: 2, scriptData: { it: "same" } });

    expect(await other.replace({ ...sources(3), script: "if (", "modules/N": "var" })).toBe(3);
    expect(other.cloudCode.problems()).toHaveLength(2);
    expect(await other.run("script")).toMatchObject({
      version: 3,
      failure: { kind: "syntax", file: "request/script.js" },
    });
    expect(await other.run("slow")).toMatchObject({
      version: 3,
      failure: { kind: "error", file: "modules/N.js", line: 1 },
    });
    expect(await other.run("same")).toMatchObject({ version: 3, scriptData: { it: "same" } });

    expect(await other.replace({ same: "1" })).toBe(4);
    expect(other.cloudCode.has("request", "script")).toBe(false);
    expect(await other.run("script")).toMatchObject({ version: 4, failure: { kind: "unavailable" } });
    expect(other.events.filter(({ type }) => type === "ended")).toEqual([]);
  } finally {
    await other.cloudCode.close();
  }
});
