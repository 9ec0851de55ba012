import {
  apply,
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
 * which takes ten times as long. It rests on three things, each of which a script can only change by what is looked at:
 *
 * - A property that is not enumerable, or is an accessor, comes only from the functions that `watchDefinitions` watches:
 *   while none of them was called, whatever was added or defined anew, as fields of a class do, is an enumerable data
 *   property. A loop lists it; of symbols, which no loop lists, their number and whether one is enumerable is looked at.
 * - The value of each data property is compared, by code that is made for these objects. One that was deleted differs,
 *   unless the object inherits the like: then it is asked whether the property is its own.
 * - Accessors and their absence are told by `in`, or where they could be inherited likewise.
 */

/** Some script called a function that may define what no loop lists. */
let defined = false;

const WATCHED: readonly (readonly [holder: object, name: string])[] = [
  [Object, "defineProperty"],
  [Object, "defineProperties"],
  [Reflect, "defineProperty"],
  [Object.prototype, "__defineGetter__"],
  [Object.prototype, "__defineSetter__"],
  [Error, "captureStackTrace"],
];

/** Replaces the functions by ones that tell. Called once, before any script. */
export function watchDefinitions(): void {
  for (const [holder, name] of WATCHED) {
    const property = Object.getOwnPropertyDescriptor(holder, name)!;
    const original = freeze(property.value as (...args: unknown[]) => unknown);
    const { [name]: watched } = {
      [name](this: unknown, ...args: unknown[]): unknown {
        defined = true;
        return apply(original, this, args);
      },
    };
    Object.defineProperty(watched, "length", { value: original.length, configurable: true });
    Object.defineProperty(holder, name, { ...property, value: watched });
  }
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
}

/**
 * True where nothing changed; false where something may have. The caller has deleted the globals that it knows of, and
 * looks for itself after a false.
 */
export function isUnchanged(): boolean {
  if (defined || sameValues === undefined) {
    defined = false;
    return false;
  }
  for (let index = 0; index < guarded.length; index++) {
    const { object, prototype } = guarded[index] as Counted;
    if (getPrototypeOf(object) !== prototype || !isExtensible(object)) return false;
  }
  if (!sameValues()) return false;
  for (let index = 0; index < guarded.length; index++) {
    const { object, listed, symbols } = guarded[index] as Counted;
    if (listedOf(object) !== listed || symbolsOf(object).length !== symbols) return false;
  }
  return true;
}

function listedOf(object: object): number {
  let count = 0;
  // What is inherited may be hidden by what is its own, and a loop lists each name once.
  for (const name in object) if (hasOwn(object, name)) count++;
  return count;
}

/** One function that reads every property where it is: V8 makes a few nanoseconds of each. */
function comparison(objects: readonly Guarded[]): () => boolean {
  const values: unknown[] = [];
  const keys: PropertyKey[] = [];
  const tests: string[] = [];
  objects.forEach(({ object, prototype, keys: own }, index) => {
    const holder = `objects[${index}]`;
    for (const key of own) {
      const property = Object.getOwnPropertyDescriptor(object, key)!;
      // What is neither writable nor configurable stays as it is; NaN is among these.
      if (!property.configurable && !property.writable) continue;
      const at = typeof key === "symbol" ? `keys[${keys.push(key) - 1}]` : JSON.stringify(key);
      if ("value" in property) tests.push(`${holder}[${at}] === values[${values.push(property.value) - 1}]`);
      if (prototype !== null && key in prototype) tests.push(`hasOwn(${holder}, ${at})`);
      else if (!("value" in property)) tests.push(`${at} in ${holder}`);
      if (typeof key === "symbol" && !property.enumerable) tests.push(`!isEnumerable(${holder}, ${at})`);
    }
  });
  const parameters = "objects, keys, values, hasOwn, isEnumerable";
  const make = indirectEval(
    `(function (${parameters}) { return function () { return ${tests.join(" &&\n")}; }; })`,
  ) as (...given: unknown[]) => () => boolean;
  return make(
    objects.map(({ object }) => object),
    keys,
    values,
    hasOwn,
    isEnumerable,
  );
}
