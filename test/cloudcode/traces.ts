/** The module LEAVES, which the traces include. */
export const LEAVES = `
  var left = 1;
  function leftFunction() {}
  class LeftClass {}
  leftLoose = 1;
  if (left) { var leftInBlock = 1; }
  function escape() { return "left"; }
  const Spark2 = Spark;
`;

/** One script leaves something, the next one looks for it: it must find nothing, in whatever realm it runs. */
export const TRACES: [what: string, leave: string, find: string][] = [
  ["a variable", "var left = 1;", "typeof left"],
  [
    "a promise job that reading a rejection's message begins",
    "Promise.reject({ get message() { Promise.resolve().then(function () { globalThis.left = 1; }); return 'm'; } });",
    "typeof left",
  ],
  [
    "a promise job that reading the stack of a rejection begins",
    "var e = new Error(); Object.defineProperty(e, 'stack', { get: function () { Promise.resolve().then(function () { Array.prototype.left = 1; }); return 's'; } }); Promise.reject(e);",
    "typeof [].left",
  ],
  [
    "what a rejected proxy does when it is read",
    "Promise.reject(new Proxy({}, { get: function () { globalThis.left = 1; return 'm'; } }));",
    "typeof left",
  ],
  ["a function", "function left() {}", "typeof left"],
  ["an implicit global", "left = 1;", "typeof left"],
  ["a constant", "const left = 1;", "typeof left"],
  ["a class", "class left {}", "typeof left"],
  ["a fixed global", "Object.defineProperty(this, 'left', { value: 1 });", "typeof left"],
  ["a global by symbol", "this[Symbol.for('left')] = 1;", "typeof globalThis[Symbol.for('left')]"],
  ["a getter of the global object", "this.__defineGetter__('left', function () { return 1; });", "typeof left"],
  ["a frozen global object", "var left = 1; Object.freeze(this);", "typeof left"],
  ["a prototype under the global object", "Object.setPrototypeOf(globalThis, { left: 1 });", "typeof left"],
  ["a member of the global object's prototype", "Object.getPrototypeOf(globalThis).left = 1;", "typeof left"],
  ["a method of arrays", "Array.prototype.left = 1;", "typeof [].left"],
  ["a hidden method of arrays", "Object.defineProperty(Array.prototype, 'left', { value: 1 });", "typeof [].left"],
  ["an element of Array.prototype", "Array.prototype[0] = 1;", "typeof [][0]"],
  ["a member of all objects", "Object.prototype.left = 1;", "typeof ({}).left"],
  [
    "a member called value of all objects",
    "Object.prototype.value = 1; Object.prototype.get = 1;",
    "typeof ({}).value",
  ],
  [
    "a replaced method",
    "Array.prototype.push = function () { return 'left'; };",
    "typeof [].push(1) === 'number' ? 'undefined' : 'left'",
  ],
  ["a removed method", "delete Array.prototype.map;", "typeof [].map === 'function' ? 'undefined' : 'left'"],
  [
    "a method that cannot be written any more",
    "Object.defineProperty(Array.prototype, 'push', { writable: false });",
    "Object.getOwnPropertyDescriptor(Array.prototype, 'push').writable ? 'undefined' : 'left'",
  ],
  [
    "a built-in that is enumerable",
    "Object.defineProperty(Object, 'keys', { enumerable: true });",
    "Object.getOwnPropertyDescriptor(Object, 'keys').enumerable ? 'left' : 'undefined'",
  ],
  ["a prototype of a prototype", "Object.setPrototypeOf(Array.prototype, { left: 1 });", "typeof [].left"],
  [
    "Object.prototype without extension",
    "Object.preventExtensions(Array.prototype);",
    "Object.isExtensible(Array.prototype) ? 'undefined' : 'left'",
  ],
  [
    "a symbol passed to a proxy's trap",
    "String(new Proxy({}, { get: function (t, key) { if (typeof key === 'symbol') Array.prototype[key] = function () { return 'left'; }; } }));",
    "typeof [][Symbol.toPrimitive]",
  ],
  [
    "a symbol passed to a revocable proxy's trap",
    "var p = Proxy.revocable({}, { get: function (t, key) { if (typeof key === 'symbol') Map[key] = 1; } }); try { '' + p.proxy; } catch (e) {}",
    "typeof Map[Symbol.toPrimitive]",
  ],
  [
    "a symbol from a list of symbols",
    "Object.getOwnPropertySymbols(Array.prototype).forEach(function (key) { Math[key] = 'left'; });",
    "String(Math[Symbol.iterator])",
  ],
  [
    "a symbol from a list of keys",
    "Reflect.ownKeys(Array.prototype).forEach(function (key) { if (typeof key === 'symbol') JSON[key] = 'left'; });",
    "String(JSON[Symbol.iterator])",
  ],
  [
    "a symbol from descriptors",
    "Object.assign(Math, Object.getOwnPropertyDescriptors(Array.prototype));",
    "typeof Math[Symbol.iterator]",
  ],
  ["Symbol replaced by assignment", "Symbol = 'left';", "Symbol === 'left' ? 'left' : 'undefined'"],
  [
    "Symbol replaced by a declaration",
    "function Symbol() { return 'left'; }",
    "Symbol() === 'left' ? 'left' : 'undefined'",
  ],
  ["Proxy replaced by a variable", "var Proxy = 'left';", "Proxy === 'left' ? 'left' : 'undefined'"],
  [
    "Symbol deleted and recreated",
    "var S = Symbol; delete globalThis.Symbol; Symbol = function () { return 'left'; };",
    "typeof Symbol() === 'symbol' ? 'undefined' : 'left'",
  ],
  ["a member of Symbol", "Symbol.left = 1;", "typeof Symbol.left"],
  ["a symbol on a built-in", "Array.prototype[Symbol.for('left')] = 1;", "typeof [][Symbol.for('left')]"],
  [
    "a well-known symbol on a built-in",
    "Array.prototype[Symbol.toPrimitive] = function () { return 'left'; };",
    "typeof [][Symbol.toPrimitive]",
  ],
  ["hidden members", "Object.defineProperties(String.prototype, { left: { value: 1 } });", "typeof ''.left"],
  [
    "a member hidden by Reflect",
    "Reflect.defineProperty(Map.prototype, 'left', { value: 1 });",
    "typeof new Map().left",
  ],
  ["a getter of arrays", "Array.prototype.__defineGetter__('left', function () { return 1; });", "typeof [].left"],
  [
    "a setter of arrays",
    "Array.prototype.__defineSetter__('left', function () {});",
    "'left' in [] ? 'left' : 'undefined'",
  ],
  ["a stack on a built-in", "Error.captureStackTrace(Array.prototype);", "typeof [].stack"],
  [
    "a getter in place of a method",
    "Object.defineProperty(Array.prototype, 'map', { get: function () { return 'left'; } });",
    "typeof [].map === 'function' ? 'undefined' : 'left'",
  ],
  ["a removed accessor", "delete RegExp.prototype.flags;", "typeof /a/g.flags === 'string' ? 'undefined' : 'left'"],
  [
    "the length of Array.prototype",
    "Array.prototype.length = 3;",
    "[].length + Array.prototype.length ? 'left' : 'undefined'",
  ],
  [
    "a field on a built-in",
    "class B { constructor() { return Array.prototype; } } class A extends B { left = 1; } new A();",
    "typeof [].left",
  ],
  [
    "an element by a species",
    "var a = [1]; a.constructor = { [Symbol.species]: function () { return Math; } }; a.map(function () { return 'left'; });",
    "typeof Math[0]",
  ],
  [
    "a member that a built-in inherits",
    "TypeError.stackTraceLimit = 1;",
    "Object.hasOwn(TypeError, 'stackTraceLimit') ? 'left' : 'undefined'",
  ],
  [
    "a removed member that a built-in inherits likewise",
    "delete TypeError.prototype.message; delete Map.length;",
    "Object.hasOwn(TypeError.prototype, 'message') && Object.hasOwn(Map, 'length') ? 'undefined' : 'left'",
  ],
  [
    "a field in place of an accessor",
    "class B { constructor() { return Map; } } class A extends B { [Symbol.species] = { left: 1 }; } new A();",
    "typeof Map[Symbol.species].left",
  ],
  [
    "a field of the existing value",
    "class B { constructor() { return Set.prototype; } } class A extends B { [Symbol.toStringTag] = 'Set'; } new A();",
    "Object.prototype.propertyIsEnumerable.call(Set.prototype, Symbol.toStringTag) ? 'left' : 'undefined'",
  ],
  [
    "a built-in that was removed and is back",
    "var date = Date; delete globalThis.Date; Date = date;",
    "Object.keys(globalThis).indexOf('Date') < 0 ? 'undefined' : 'left'",
  ],
  [
    "a name that is not enumerable in a class",
    "class A { static left() {} } Object.assign(Math, { left: 1 });",
    "typeof Math.left",
  ],
  ["a replaced global", "Date = function () { return 'left'; };", "Date() === 'left' ? 'left' : 'undefined'"],
  [
    "a replaced JSON.stringify",
    "JSON.stringify = function () { return '\"left\"'; };",
    "JSON.stringify(1) === '1' ? 'undefined' : 'left'",
  ],
  ["a member of Math", "Math.left = 1;", "typeof Math.left"],
  [
    "a member of a function",
    "Array.prototype.push.left = 1; Math.max.left = 1; eval.left = 1; isNaN.left = 1;",
    "typeof (Array.prototype.push.left || Math.max.left || eval.left || isNaN.left)",
  ],
  [
    "a member of a class",
    "Promise.left = 1; Map.left = 1; Uint8Array.left = 1;",
    "typeof (Promise.left || Map.left || Uint8Array.left)",
  ],
  [
    "a member of generators",
    "Object.getPrototypeOf(function* () {}).left = 1;",
    "typeof Object.getPrototypeOf(function* () {}).left",
  ],
  [
    "a member of running generators",
    "Object.getPrototypeOf(function* () {}.prototype).left = 1;",
    "typeof (function* () {})().left",
  ],
  [
    "a member of async functions",
    "Object.getPrototypeOf(async function () {}).left = 1;",
    "typeof (async function () {}).left",
  ],
  [
    "a member of async generators",
    "Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}.prototype)).left = 1;",
    "typeof (async function* () {})().left",
  ],
  [
    "a member of iterators",
    "[[], new Map(), new Set(), ''].forEach(function (o) { Object.getPrototypeOf(o[Symbol.iterator]()).left = 1; });",
    "typeof ([].values().left || new Map().values().left || new Set().values().left || ''[Symbol.iterator]().left)",
  ],
  [
    "a member of iterator helpers",
    "Object.getPrototypeOf([].values().map(String)).left = 1;",
    "typeof [].values().map(String).left",
  ],
  [
    "a member of wrapped iterators",
    "Object.getPrototypeOf(Iterator.from({ next: String })).left = 1;",
    "typeof Iterator.from({ next: String }).left",
  ],
  [
    "a member of match iterators",
    "Object.getPrototypeOf('a'.matchAll(/a/g)).left = 1;",
    "typeof 'a'.matchAll(/a/g).left",
  ],
  [
    "a member of segments",
    "Object.getPrototypeOf(new Intl.Segmenter().segment('a')).left = 1;",
    "typeof new Intl.Segmenter().segment('a').left",
  ],
  [
    "a member of typed arrays",
    "Object.getPrototypeOf(Uint8Array.prototype).left = 1;",
    "typeof new Uint8Array(1).left",
  ],
  ["a member of formats", "Intl.NumberFormat.prototype.left = 1;", "typeof new Intl.NumberFormat().left"],
  [
    "a member of the thrower of callee",
    "Object.getOwnPropertyDescriptor((function () { 'use strict'; return arguments; })(), 'callee').get.left = 1;",
    "typeof Object.getOwnPropertyDescriptor((function () { 'use strict'; return arguments; })(), 'callee').get.left",
  ],
  [
    "a member of the reader of stacks",
    "Object.getOwnPropertyDescriptor(new Error(), 'stack').get.left = 1;",
    "typeof Object.getOwnPropertyDescriptor(new Error(), 'stack').get.left",
  ],
  [
    "a member of call sites",
    "Error.prepareStackTrace = function (e, s) { return s; }; Object.getPrototypeOf(new Error().stack[0]).left = 1; delete Error.prepareStackTrace;",
    "(function () { Error.prepareStackTrace = function (e, s) { return s; }; return typeof new Error().stack[0].left; })()",
  ],
  [
    "a preparer of stacks",
    "Error.prepareStackTrace = function () { return 'left'; };",
    "new Error().stack === 'left' ? 'left' : 'undefined'",
  ],
  ["a depth of stacks", "Error.stackTraceLimit = 1;", "Error.stackTraceLimit === 1 ? 'left' : 'undefined'"],
  [
    "the last match",
    "'left'.match(/(l)(e)ft/);",
    "RegExp.$1 + RegExp.$2 + RegExp.lastMatch + RegExp.lastParen + RegExp.leftContext + RegExp.rightContext + RegExp.input || 'undefined'",
  ],
  ["a set RegExp.input", "RegExp.input = 'left';", "RegExp.input || 'undefined'"],
  [
    "a member of Spark",
    "Spark.left = 1; Object.getPrototypeOf(Spark).left = 1; Spark.constructor.left = 1;",
    "typeof (Spark.left || Spark.constructor.left)",
  ],
  ["another Spark", "Spark = { left: 1 };", "typeof Spark.left"],
  ["a deleted Spark", "it = Spark; delete globalThis.Spark;", "typeof Spark === 'object' ? 'undefined' : 'left'"],
  [
    "a member of the player",
    "var p = Spark.getPlayer(); p.left = 1; Object.getPrototypeOf(p).left = 1; p.constructor.left = 1; p.getPlayerId.left = 1;",
    "typeof (Spark.getPlayer().left || Spark.getPlayer().constructor.left || Spark.getPlayer().getPlayerId.left)",
  ],
  [
    "a member of the log",
    "var l = Spark.getLog(); l.left = 1; Object.getPrototypeOf(l).left = 1;",
    "typeof Spark.getLog().left",
  ],
  [
    "a player's unsaved change",
    "Spark.getPlayer().setScriptData('left', 1); throw 1;",
    "Spark.getPlayer().getScriptData('left') === null ? 'undefined' : 'left'",
  ],
  [
    "script data",
    "Spark.setScriptData('left', 1); throw 1;",
    "Spark.getScriptData('left') === null ? 'undefined' : 'left'",
  ],
  ["a change of the request", "Spark.getData().left = 1;", "typeof Spark.getData().left"],
  [
    "a helper of the sandbox",
    "$spark_unwind.left = 1; $spark_unwind = 1; Object.defineProperty(this, '$spark_thrown', { value: 1 });",
    "typeof $spark_unwind.left",
  ],
  [
    "what a module declared and set",
    "require('LEAVES');",
    "[typeof left, typeof leftFunction, typeof LeftClass, typeof leftLoose, typeof leftInBlock].every(function (t) { return t === 'undefined'; }) ? 'undefined' : 'left'",
  ],
  [
    "a module's variable that was made fixed",
    "require('LEAVES'); Object.defineProperty(this, 'left', { configurable: false });",
    "typeof left",
  ],
  ["a built-in that a module declares", "require('LEAVES');", "escape(' ') === '%20' ? 'undefined' : 'left'"],
  [
    "a module that is included again and again",
    "for (var i = 0; i < 10; i++) require('LEAVES'); delete globalThis.left; left = 5;",
    "typeof left",
  ],
  [
    "that a module was included",
    "requireOnce('LEAVES');",
    "(requireOnce('LEAVES'), left) === 1 ? 'undefined' : 'left'",
  ],
  [
    "another require",
    "requireOnce.left = 1; require.left = 1; require = 1; delete globalThis.requireOnce;",
    "typeof require + typeof requireOnce === 'functionfunction' ? typeof (require.left || requireOnce.left) : 'left'",
  ],
  [
    "a member of what for each goes over",
    "var v = $spark_values([1]); v.left = 1; Object.getPrototypeOf(v).left = 1; $spark_values.left = 1; $spark_values.prototype.left = 1;",
    "typeof ($spark_values([1]).left || $spark_values.left || $spark_values.prototype.left)",
  ],
  [
    "a promise job",
    "(function again(n) { if (n > 0) Promise.resolve(n - 1).then(again); else globalThis.left = 1; })(1000);",
    "typeof left",
  ],
  [
    "a private field on a built-in",
    "class B { constructor() { return Array.prototype; } } class A extends B { #x = 1; static has() { return #x in Array.prototype; } } new A(); globalThis.left = A;",
    "typeof left",
  ],
  [
    "a tag of a template",
    "(function (s) { try { s.left = 1; } catch (e) {} })`a`;",
    "(function (s) { return typeof s.left; })`a`",
  ],
  [
    "nothing through removed built-ins",
    "1",
    "[typeof WeakRef, typeof FinalizationRegistry, typeof Atomics, typeof SharedArrayBuffer, typeof WebAssembly].every(function (t) { return t === 'undefined'; }) ? 'undefined' : 'left'",
  ],
];
