import { afterAll, beforeAll, expect, test } from "vitest";
import { isBroken } from "../../src/cloudcode/load.ts";
import { columnInFile, prepareScript } from "../../src/cloudcode/prepare.ts";
import { type TestCloudCode, withScripts } from "./support.ts";

const REWRITES: [source: string, code: string][] = [
  ["var a = 1;", "var a = 1;"],
  ["try { a() } catch (e) { b() }", "try { a() } catch (e) {$spark_unwind(); b() }"],
  ["try {} catch {} finally {}", "try {} catch {$spark_unwind();} finally {$spark_unwind();}"],
  ["throw 'x'", "throw $spark_thrown(('x'))"],
  ["throw new Error('x')", "throw new Error('x')"],
  ["throw a, b;", "throw $spark_thrown((a, b));"],
  ["throw (a, b);", "throw $spark_thrown(((a, b)));"],
  ["throw function () { throw 1; }", "throw $spark_thrown((function () { throw $spark_thrown((1)); }))"],
  ["const a = 1, b = 2;", "var   a = 1, b = 2;"],
  ["const { a } = b;", "var   { a } = b;"],
  ["let a, b = 1;", "var a=void 0, b = 1;"],
  ["{ let a; const b = 1; }", "{ let a; const b = 1; }"],
  ["function f() { const a = 1; let b; }", "function f() { const a = 1; let b; }"],
  ["for (const a of b) {}", "for (const a of b) {}"],
  ["class A {}", "var A=class A {};"],
  ["class A extends B {}let c", "var A=class A extends B {};var c=void 0"],
  ["for each (var a in b) {}", "for      (var a of $spark_values((b))) {}"],
  ["for each(a in b, c);", "for     (a of $spark_values((b, c)));"],
  ["for each (let a /* in */ in b) {}", "for      (let a /* in */ of $spark_values((b))) {}"],
  ["for\neach\n(a in b);", "for\n    \n(a of $spark_values((b)));"],
  [
    "for each (a in function () { throw 1 }) {}",
    "for      (a of $spark_values((function () { throw $spark_thrown((1)) }))) {}",
  ],
  ["for (each in a);", "for (each in a);"],
  ["for (each of a);", "for (each of a);"],
  ["var s = 'for each (a in b)', r = /for each (a in b)/;", "var s = 'for each (a in b)', r = /for each (a in b)/;"],
  ["'use strict'; function f() {}", `            ; function f() {"use strict";}`],
  ["'use strict'; (function () { function f() {} })", `            ; (function () {"use strict"; function f() {} })`],
  ["'use strict'; a = (b = 1) => { () => {} }", `            ; a = (b = 1) => { () => {"use strict";} }`],
  ["'use strict'; a = { b() {} }", `            ; a = { b() {"use strict";} }`],
  ["'use strict'; (class { b() {} })", "            ; (class { b() {} })"],
  ["function f() { 'use strict'; }", "function f() { 'use strict'; }"],
];

test.for(REWRITES)("%s becomes %s", ([source, code]) => {
  expect(prepareScript("event/a.js", source)).toMatchObject({ code });
});

const REFUSED: [source: string, message: RegExp, line: number, column: number][] = [
  ["for each (var i = 0; i < 2; i++);", /for each must have the form/, 1, 5],
  ["\nfor each (a of b);", /for each must have the form/, 2, 5],
  ["for each (var a = 1 in b);", /cannot have an initial value/, 1, 15],
  ["for each a in b;", /Unexpected token/, 1, 10],
  ["return 1;", /return/, 1, 1],
  ["var a = 1;\nconst a = 2;", /already been declared/, 2, 7],
  ["'use strict'; with (a) {}", /'with' in strict mode/, 1, 15],
];

test.for(REFUSED)("%s is refused with its place", ([source, message, line, column]) => {
  expect(prepareScript("event/a.js", source)).toEqual({
    kind: "syntax",
    file: "event/a.js",
    message: expect.stringMatching(message),
    line,
    column,
  });
});

test("columns of prepared code are mapped to those of the file", () => {
  const source =
    "a;\r\ntry { b } catch (e) { c } finally { d }\nthrow 'x' + e;\nconst f = 1; class G {} h;\nfor each (i in j) k;";
  const prepared = prepareScript("event/a.js", source);
  if (isBroken(prepared)) throw new Error(prepared.message);
  const lines = prepared.code.split(/\r?\n/);
  for (const [line, mark] of [
    [2, "b }"],
    [2, "c }"],
    [2, "d }"],
    [3, "'x'"],
    [3, "e)"],
    [4, "f ="],
    [4, "class G"],
    [4, "h;"],
    [5, "i of"],
    [5, "j)"],
    [5, "k;"],
  ] as const) {
    const column = columnInFile(prepared, line, (lines[line - 1] as string).indexOf(mark) + 1);
    expect(source.split(/\r?\n/)[line - 1]?.slice(column - 1)[0], mark).toBe(mark[0]);
  }
});

test("a file nested too deep to parse is a problem, not a crash", () => {
  expect(isBroken(prepareScript("event/a.js", "(".repeat(200_000)))).toBe(true);
});

/** A script puts what it saw into script data under `it`; that is compared. */
const SEEN: [what: string, script: string, it: unknown][] = [
  ["for each over an array", "var s = []; for each (var x in [3, 4]) s.push(x); it(s)", [3, 4]],
  ["for each over an object", "var s = []; for each (x in { a: 1, b: { c: 2 } }) s.push(x); it(s)", [1, { c: 2 }]],
  ["for each over text", "var s = []; for each (let x in 'ab') s.push(x); it(s)", ["a", "b"]],
  ["for each over nothing", "for each (var x in null) it(1); for each (x in undefined) it(1); it(0)", 0],
  [
    "for each, continue and break",
    "var s = []; for each (var x in [1, 2, 3, 4]) { if (x == 2) continue; if (x == 4) break; s.push(x) } it(s)",
    [1, 3],
  ],
  [
    "for each without braces, nested",
    "var s = 0; for each (var a in [[1, 2], [3]]) for each (var b in a) s += b; it(s)",
    6,
  ],
  [
    "for each over what changes meanwhile",
    "var o = { a: 1, b: 2 }, s = []; for each (var x in o) { delete o.b; s.push(x) } it(s)",
    [1],
  ],
  [
    "for each with what a polyfill added",
    "Array.prototype.last = 7; var s = []; for each (var x in [1]) s.push(x); it(s)",
    [1, 7],
  ],
  [
    "for each after iteration of arrays was replaced",
    "Array.prototype[Symbol.iterator] = null; var s = 0; for each (var x in [1, 2]) s += x; it(s)",
    3,
  ],
  ["exit inside for each", "for each (var x in [1, 2]) { it(x); Spark.exit() }", 1],
  ["a constant as a property of the global object", "const a = 1; it(this.a)", 1],
  ["a constant that a function reads", "f(); function f() { it(a) } const a = 1; f()", 1],
  [
    "let without a value, again and again",
    "for (var i = 0; i < 2; i++) { let a; if (a === undefined) a = i; } it(a2()); function a2() { return typeof a }",
    "undefined",
  ],
  [
    "a class",
    "class A { m() { return 1 } } class B extends A {} it([new B().m(), A.name, typeof this.B])",
    [1, "A", "function"],
  ],
  [
    "constants of each turn of a loop",
    "var f = []; for (const i of [1, 2]) f.push(function () { return i }); it(f[0]() + f[1]())",
    3,
  ],
  ["implicit globals", "function f() { n = 4 } f(); for (i in { k: 1 }); it([n, i])", [4, "k"]],
  [
    "a strict file: its functions are",
    '"use strict"; it([(function () { return this === undefined })(), f()]); function f() { try { q = 1 } catch (e) { return e.name } }',
    [true, "ReferenceError"],
  ],
  ["a strict file: its variables are everybody's", '"use strict"; var a = 1; it(this.a)', 1],
  [
    "no function that takes defaults is made strict",
    '"use strict"; it((function (a = 1) { return this === globalThis })())',
    true,
  ],
  [
    "octal numbers and names that are reserved now",
    "var let = 010, yield = 1, await = 2, static = 3; it(let + yield + await + static)",
    14,
  ],
  ["HTML comments", "<!-- a\nit(1)\n--> b", 1],
  ["functions in blocks", "if (true) { function f() { return 5 } } it(f())", 5],
  [
    "modern syntax",
    "const g = function* () { yield* [1, 2n] }; it([...g()].map(String).join`-` + (null ?? 3) + ({ a: 1 })?.a)",
    "1-231",
  ],
];

const FAILURES: [what: string, script: string, failure: object][] = [
  ["text thrown in a class", "\nclass A { m() {\n throw 'x' } }\nnew A().m()", { message: "x", line: 3, column: 8 }],
  ["behind a constant on the same line", "const a = null; class B {} a.b", { line: 1, column: 30 }],
  ["in for each", "for each (var x in [null]) x.y;", { line: 1, column: 30 }],
  [
    "an undeclared name in for each",
    "\nfor each (var x in nothing);",
    { message: "nothing is not defined", line: 2, column: 20 },
  ],
];

let hosts: TestCloudCode;
beforeAll(async () => {
  const it = "function it(value) { Spark.setScriptData('it', value); }";
  const sources: Record<string, string> = {};
  for (const [index, [, script]] of SEEN.entries()) {
    const strict = script.startsWith('"use strict"');
    sources[`seen${index}`] = strict ? `${script}\n${it}` : `${it}\n${script}`;
  }
  for (const [index, [, script]] of FAILURES.entries()) sources[`fails${index}`] = script;
  hosts = await withScripts(sources);
});
afterAll(() => hosts.cloudCode.close());

test.for(SEEN.map(([what, , it], index) => [what, index, it] as const))("%s", async ([, index, it]) => {
  const { scriptData, failure } = await hosts.run(`seen${index}`);
  expect(failure).toBeUndefined();
  expect(scriptData).toEqual({ it });
});

test.for(FAILURES.map(([what, , failure], index) => [what, index, failure] as const))(
  "an error has its place: %s",
  async ([, index, failure]) => {
    const result = await hosts.run(`fails${index}`);
    expect(result.failure).toMatchObject({ kind: "error", file: `request/fails${index}.js`, ...failure });
  },
);
