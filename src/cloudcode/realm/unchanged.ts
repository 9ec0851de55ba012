import { apply, freeze, getPrototypeOf, indirectEval, isExtensible, symbolsOf } from "./originals.ts";

/**
 * The quick answer to whether a run left the realm's own objects as they were; `intrinsics.ts` has the thorough one,
 * which takes ten times as long. It rests on three things, each of which a script can only change by what is looked at:
 *
 * - A property that is not enumerable, or is an accessor, comes only from the functions that `watchDefinitions` watches:
 *   while none of them was called, every data property still is one, and whatever was added is listed by a loop, or is
 *   a symbol.
 * - The value of each data property is compared, by code that is made for these objects. One that was deleted differs.
 * - Accessors and their absence are told by `in`.
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
  /** How many names a loop over it lists. */
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
  for (const _name in object) count++;
  return count;
}

/** One function that reads every property where it is: V8 makes a few nanoseconds of each. */
function comparison(objects: readonly Guarded[]): () => boolean {
  const values: unknown[] = [];
  const keys: PropertyKey[] = [];
  const tests: string[] = [];
  objects.forEach(({ object, keys: own }, index) => {
    for (const key of own) {
      const property = Object.getOwnPropertyDescriptor(object, key)!;
      const at = typeof key === "symbol" ? `keys[${keys.push(key) - 1}]` : JSON.stringify(key);
      if (!("value" in property)) tests.push(`${at} in objects[${index}]`);
      // What is neither writable nor configurable stays as it is; NaN is among these.
      else if (property.writable || property.configurable) {
        tests.push(`objects[${index}][${at}] === values[${values.push(property.value) - 1}]`);
      }
    }
  });
  const source = `(function (objects, keys, values) { return function () { return ${tests.join(" &&\n")}; }; })`;
  const make = indirectEval(source) as (objects: object[], keys: PropertyKey[], values: unknown[]) => () => boolean;
  return make(
    objects.map(({ object }) => object),
    keys,
    values,
  );
}
