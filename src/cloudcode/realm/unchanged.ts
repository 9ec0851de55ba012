import {
  apply,
  defineProperty,
  dictionary,
  freeze,
  getPrototypeOf,
  hasOwn,
  indirectEval,
  isEnumerable,
  isExtensible,
  symbolsOf,
} from "./originals.ts";

/**
 * A fast check that a run left the realm's own objects unchanged; `intrinsics.ts` has the thorough one. It may report a
 * change when there is none, but never the reverse:
 *
 * - Non-enumerable properties and accessors are only created by functions that `watchDefinitions` intercepts. If none
 *   was called, everything that was added is listed by a for-in loop.
 * - Symbols are only obtained through `Symbol`, proxy traps and three functions. Without these no symbol was used.
 * - Values are compared by generated code with the objects and values as constants, which takes half the time. A
 *   deleted property differs, unless the object inherits the same value; then `hasOwn` is checked.
 * - Accessors are checked by `in`, or by `hasOwn` if they could be inherited.
 */

/** A script called a function that can define non-enumerable properties. */
let defined = false;
/** A script may have obtained a symbol. */
let hadSymbols = false;

const DEFINE: readonly (readonly [holder: object, name: string])[] = [
  [Object, "defineProperty"],
  [Object, "defineProperties"],
  [Reflect, "defineProperty"],
  [Object.prototype, "__defineGetter__"],
  [Object.prototype, "__defineSetter__"],
  [Error, "captureStackTrace"],
];
const LIST_SYMBOLS: readonly (readonly [holder: object, name: string])[] = [
  [Object, "getOwnPropertySymbols"],
  [Object, "getOwnPropertyDescriptors"],
  [Reflect, "ownKeys"],
];
/** Globals from which a script can obtain symbols. */
const HAVE_SYMBOLS = ["Symbol", "Proxy"];

const nowDefined = (): void => {
  defined = true;
};
const nowSymbols = (): void => {
  hadSymbols = true;
};

/** Called once, before any script. Returns objects no longer reachable as plain values of the global object. */
export function watchDefinitions(): object[] {
  for (const [holder, name] of DEFINE) watchCalls(holder, name, nowDefined);
  for (const [holder, name] of LIST_SYMBOLS) watchCalls(holder, name, nowSymbols);
  return HAVE_SYMBOLS.map(watchReads);
}

function watchReads(name: string): object {
  const { value, enumerable, configurable } = Object.getOwnPropertyDescriptor(globalThis, name)!;
  const accessor = {
    get [name](): unknown {
      hadSymbols = true;
      return value;
    },
    set [name](newer: unknown) {
      defined = true;
      const property = dictionary<unknown>();
      property["value"] = newer;
      property["writable"] = true;
      property["enumerable"] = enumerable;
      property["configurable"] = configurable;
      defineProperty(globalThis, name, property);
    },
  };
  const { get, set } = Object.getOwnPropertyDescriptor(accessor, name)!;
  Object.defineProperty(globalThis, name, { get: get!, set: set!, enumerable: enumerable!, configurable: true });
  return value as object;
}

function watchCalls(holder: object, name: string, onCall: () => void): void {
  const property = Object.getOwnPropertyDescriptor(holder, name)!;
  const original = freeze(property.value as (...args: unknown[]) => unknown);
  const { [name]: watched } = {
    [name](this: unknown, ...args: unknown[]): unknown {
      onCall();
      return apply(original, this, args);
    },
  };
  Object.defineProperty(watched, "length", { value: original.length, configurable: true });
  Object.defineProperty(holder, name, { ...property, value: watched });
}

interface Guarded {
  object: object;
  prototype: object | null;
  keys: readonly PropertyKey[];
}

interface Counted extends Guarded {
  listed: number;
  symbols: number;
}

let guarded: readonly Counted[] = [];
let sameValues: (() => boolean) | undefined;

/** Sets the objects that `isUnchanged` checks; the last one is the global object. */
export function guardUnchanged(objects: readonly Guarded[]): void {
  guarded = objects.map((one) => ({ ...one, listed: listedOf(one.object), symbols: symbolsOf(one.object).length }));
  sameValues = comparison(objects);
  defined = false;
  hadSymbols = false;
}

/**
 * Returns false if something may have changed. The caller has deleted added enumerable globals.
 * @param listed number of the realm's own enumerable globals
 */
export function isUnchanged(listed: number): boolean {
  const symbols = hadSymbols;
  hadSymbols = false;
  if (defined || sameValues === undefined) {
    defined = false;
    return false;
  }
  for (let index = 0; index < guarded.length; index++) {
    const { object, prototype } = guarded[index] as Counted;
    if (getPrototypeOf(object) !== prototype || !isExtensible(object)) return false;
  }
  if (!sameValues()) return false;
  const last = guarded.length - 1;
  for (let index = 0; index <= last; index++) {
    const one = guarded[index] as Counted;
    const count = index === last ? listed : listedOf(one.object);
    if (count !== one.listed || (symbols && !sameSymbols(one))) return false;
  }
  return true;
}

function listedOf(object: object): number {
  let count = 0;
  // An own name may hide an inherited one; a loop lists each name once.
  for (const name in object) if (hasOwn(object, name)) count++;
  return count;
}

/** Whether an object has as many symbols as before and none became enumerable. Their values are compared elsewhere. */
function sameSymbols({ object, keys, symbols }: Counted): boolean {
  if (symbolsOf(object).length !== symbols) return false;
  for (let index = 0; symbols > 0 && index < keys.length; index++) {
    const key = keys[index] as PropertyKey;
    if (typeof key === "symbol" && isEnumerable(object, key)) return false;
  }
  return true;
}

/** Generates a function in which every object and value is a constant. */
function comparison(objects: readonly Guarded[]): () => boolean {
  const values: unknown[] = [];
  const keys: PropertyKey[] = [];
  const tests: string[] = [];
  objects.forEach(({ object, prototype, keys: own }, index) => {
    const holder = `o${index}`;
    for (const key of own) {
      const property = Object.getOwnPropertyDescriptor(object, key)!;
      // Read-only properties cannot change; NaN is one of them.
      if (!property.configurable && !property.writable) continue;
      const at = typeof key === "symbol" ? `k${keys.push(key) - 1}` : JSON.stringify(key);
      if ("value" in property) tests.push(`${holder}[${at}] === v${values.push(property.value) - 1}`);
      if (prototype !== null && key in prototype) {
        const inherited = descriptorIn(prototype, key);
        const isTold = "value" in property && "value" in inherited && inherited.value !== property.value;
        if (!isTold) tests.push(`hasOwn(${holder}, ${at})`);
      } else if (!("value" in property)) tests.push(`${at} in ${holder}`);
    }
  });
  const constants = (name: string, list: string, count: number): string =>
    Array.from({ length: count }, (_, index) => `const ${name}${index} = ${list}[${index}];`).join("\n");
  const make = indirectEval(`(function (objects, keys, values, hasOwn) {
    ${constants("o", "objects", objects.length)}
    ${constants("k", "keys", keys.length)}
    ${constants("v", "values", values.length)}
    return function () { return ${tests.join(" &&\n")}; };
  })`) as (...given: unknown[]) => () => boolean;
  return make(
    objects.map(({ object }) => object),
    keys,
    values,
    hasOwn,
  );
}

function descriptorIn(object: object, key: PropertyKey): PropertyDescriptor {
  return Object.getOwnPropertyDescriptor(object, key) ?? descriptorIn(Object.getPrototypeOf(object) as object, key);
}
