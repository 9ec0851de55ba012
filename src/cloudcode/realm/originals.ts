/**
 * Built-ins captured before any script runs, since scripts may replace `JSON.stringify` or `Array.prototype.push`. Code
 * here and in `../spark` must not call methods of built-ins directly once a script has run.
 */
const uncurry = <This, Args extends unknown[], Result>(
  method: (this: This, ...args: Args) => Result,
): ((self: This, ...args: Args) => Result) => Function.prototype.call.bind(method) as never;

export const stringify = JSON.stringify as (
  value: unknown,
  replacer?: (this: unknown, key: string, value: unknown) => unknown,
) => string;
export const parse = JSON.parse as (
  text: string,
  reviver?: (this: unknown, key: string, value: unknown) => unknown,
) => unknown;
export const { freeze, create, isExtensible, getOwnPropertySymbols: symbolsOf } = Object;
export const { apply, ownKeys, getOwnPropertyDescriptor, getPrototypeOf, defineProperty, deleteProperty } = Reflect;
// biome-ignore lint/security/noGlobalEval: runs scripts, inside the isolate
export const indirectEval = globalThis.eval;
export const toText = globalThis.String;
export const now = globalThis.Date.now;
export const OriginalDate = globalThis.Date;
export const datePrototype: object = globalThis.Date.prototype;
export const timeOf: (date: object) => number = uncurry(globalThis.Date.prototype.getTime as (this: object) => number);
export const patternPrototype: object = globalThis.RegExp.prototype;
const getter = (name: "source" | "flags"): ((pattern: object) => string) =>
  uncurry(getOwnPropertyDescriptor(patternPrototype, name)?.get as (this: object) => string);
export const sourceOf = getter("source");
export const patternFlagsOf = getter("flags");
export const isArray = globalThis.Array.isArray;
export const truncate = globalThis.Math.trunc;
export const isFiniteNumber = globalThis.Number.isFinite;
export const OriginalTypeError = globalThis.TypeError;
export const OriginalError = globalThis.Error;
export const OriginalSyntaxError = globalThis.SyntaxError;
export const slice: (text: string, start: number, end?: number) => string = uncurry(globalThis.String.prototype.slice);
export const indexOf: (text: string, part: string, from?: number) => number = uncurry(
  globalThis.String.prototype.indexOf,
);
export const hasOwn = Object.hasOwn;
export const isEnumerable: (object: object, key: PropertyKey) => boolean = uncurry(
  Object.prototype.propertyIsEnumerable as (this: object, key: PropertyKey) => boolean,
);
export const same = Object.is;
export const exec: (pattern: RegExp, text: string) => unknown = uncurry(RegExp.prototype.exec);

/** An object without a prototype, so `__proto__` is an ordinary key and no setter is inherited. */
export const dictionary = <Value>(): Record<string, Value> => create(null) as Record<string, Value>;
