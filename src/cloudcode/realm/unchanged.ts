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
 * The quick answer to whether a run left the realm's own objects as they were; `intrinsics.ts` has the thorough one,
 * which takes many times as long. It rests on four things, each of which a script can only change by what is looked at:
 *
 * - A property that is not enumerable, or is an accessor, comes only from the functions that `watchDefinitions` watches:
 *   while none of them was called, whatever was added or defined anew, as fields of a class do, is an enumerable data
 *   property. A loop lists it.
 * - Symbols, which no loop lists, are had only by way of `Symbol`, of a proxy's traps, and of three functions that list
 *   them. Where a script came by none of these, no property with a symbol was added or changed.
 * - The value of each data property is compared, by code that is made for these objects. Objects and values are constants
 *   of that code, which V8 can take for granted as long as no property changes; it takes half the time so. One that was
 *   deleted differs, unless the object inherits the same: then it is asked whether it is its own.
 * - Accessors and their absence are told by `in`, or where they could be inherited likewise.
 */

/** Some script called a function that may define what no loop lists. */
let defined = false;
/** Some script may have come by a symbol. */
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
/** Globals through which a script comes by symbols. */
const HAVE_SYMBOLS = ["Symbol", "Proxy"];

const nowDefined = (): void => {
  defined = true;
};
const nowSymbols = (): void => {
  hadSymbols = true;
};

/**
 * Makes the functions, and the globals, tell when a script uses them. Called once, before any script. Answers the objects
 * that the global object does not lead to by a value any more.
 */
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

function watchCalls(holder: object, name: string, tell: () => void): void {
  const property = Object.getOwnPropertyDescriptor(holder, name)!;
  const original = freeze(property.value as (...args: unknown[]) => unknown);
  const { [name]: watched } = {
    [name](this: unknown, ...args: unknown[]): unknown {
      tell();
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
  /** How many names of its own a loop over it lists. */
  listed: number;
  symbols: number;
}

let guarded: readonly Counted[] = [];
let sameValues: (() => boolean) | undefined;

/** From now on `isUnchanged` tells of these objects, of which the last is the global one. */
export function guardUnchanged(objects: readonly Guarded[]): void {
  guarded = objects.map((one) => ({ ...one, listed: listedOf(one.object), symbols: symbolsOf(one.object).length }));
  sameValues = comparison(objects);
  defined = false;
  hadSymbols = false;
}

/**
 * True where nothing changed; false where something may have. The caller has deleted the globals that a loop lists and that
 * are not the realm's own, and looks for itself after a false.
 * @param listed how many of the realm's own globals a loop lists
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
  // What is inherited may be hidden by what is its own, and a loop lists each name once.
  for (const name in object) if (hasOwn(object, name)) count++;
  return count;
}

/** Whether an object has as many symbols as it had, none of them enumerable that was not; their values are compared. */
function sameSymbols({ object, keys, symbols }: Counted): boolean {
  if (symbolsOf(object).length !== symbols) return false;
  for (let index = 0; symbols > 0 && index < keys.length; index++) {
    const key = keys[index] as PropertyKey;
    if (typeof key === "symbol" && isEnumerable(object, key)) return false;
  }
  return true;
}

/** One function in which every object and every value is a constant. */
function comparison(objects: readonly Guarded[]): () => boolean {
  const values: unknown[] = [];
  const keys: PropertyKey[] = [];
  const tests: string[] = [];
  objects.forEach(({ object, prototype, keys: own }, index) => {
    const holder = `o${index}`;
    for (const key of own) {
      const property = Object.getOwnPropertyDescriptor(object, key)!;
      // What is neither writable nor configurable stays as it is; NaN is among these.
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

/** Of a property that the object has, be it by inheritance. */
function descriptorIn(object: object, key: PropertyKey): PropertyDescriptor {
  return Object.getOwnPropertyDescriptor(object, key) ?? descriptorIn(Object.getPrototypeOf(object) as object, key);
}
