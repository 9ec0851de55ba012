import {
  defineProperty,
  deleteProperty,
  exec,
  freeze,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hasOwn,
  isExtensible,
  ownKeys,
  same,
} from "./originals.ts";

/**
 * Why one realm can serve run after run: whatever a later run can reach of it is either frozen, or compared after each
 * run with what it was. A realm in which anything differs is thrown away.
 *
 * What a run could leave behind, and what becomes of it:
 * - variables and implicit globals: properties of the global object, deleted;
 * - changes of built-ins (a polyfill on `Array.prototype`, `Date` replaced): the realm is thrown away;
 * - built-ins that no old script extends (functions, iterators, typed arrays, Intl): frozen;
 * - `RegExp.$1` and its kind: overwritten by a match of nothing;
 * - code that runs later: promise jobs are run to their end before a run counts as over, and what could start a job
 *   from outside (Atomics.waitAsync, FinalizationRegistry, WebAssembly, import) is not there.
 */
const REMOVED = [
  "Atomics",
  "SharedArrayBuffer",
  "WebAssembly",
  "FinalizationRegistry",
  "WeakRef",
  "console",
  "Temporal",
];

/** Built-ins that scripts extend, or whose members objects of scripts shadow by assignment: not frozen but compared. */
const OPEN = [
  ...["Object", "Function", "Array", "String", "Number", "Boolean", "Symbol", "BigInt", "Date", "RegExp", "Promise"],
  ...["Map", "Set", "WeakMap", "WeakSet", "Error", "AggregateError", "EvalError", "RangeError", "ReferenceError"],
  ...["SyntaxError", "TypeError", "URIError", "Math", "JSON"],
];

interface Baseline {
  object: object;
  prototype: object | null;
  keys: PropertyKey[];
  descriptors: PropertyDescriptor[];
}

let compared: Baseline[] = [];
let globalKeys: Record<PropertyKey, true> = {};

/** Freezes or records every object of the realm. Called once, before any script. */
export function sealRealm(): void {
  for (const name of REMOVED) deleteProperty(globalThis, name);
  deleteProperty(Date.prototype, "toTemporalInstant");

  const open = new Set<object>([Object.prototype, globalThis]);
  for (const name of OPEN) {
    const value = (globalThis as Record<string, unknown>)[name] as { prototype?: object } & object;
    open.add(value);
    if (value.prototype) open.add(value.prototype);
  }

  const all = everyObject([globalThis, ...hiddenIntrinsics()]);
  for (const object of all) if (!open.has(object)) freeze(object);
  // Object.prototype comes first: reading a descriptor is safe once that one is known to be unchanged.
  open.delete(globalThis);
  compared = [...open, globalThis].map(baselineOf);
  globalKeys = Object.create(null) as Record<PropertyKey, true>;
  for (const key of ownKeys(globalThis)) globalKeys[key] = true;
}

/** Undoes what a run may have done to the global object; false where the realm is not as it was. */
export function restoreRealm(): boolean {
  const keys = ownKeys(globalThis);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as PropertyKey;
    if (!hasOwn(globalKeys, key) && !deleteProperty(globalThis, key)) return false;
  }
  for (let index = 0; index < compared.length; index++) {
    if (!isUnchanged(compared[index] as Baseline)) return false;
  }
  exec(/(?:)/, "");
  return true;
}

/** Gives every script a global that is listed by no loop and cannot be replaced. */
export function defineHelper(name: string, value: object): void {
  defineProperty(globalThis, name, { value: freeze(value), writable: false, enumerable: false, configurable: false });
}

function baselineOf(object: object): Baseline {
  const keys = ownKeys(object);
  const descriptors = keys.map((key) => getOwnPropertyDescriptor(object, key) as PropertyDescriptor);
  return { object, prototype: getPrototypeOf(object), keys, descriptors };
}

function isUnchanged({ object, prototype, keys, descriptors }: Baseline): boolean {
  if (getPrototypeOf(object) !== prototype || !isExtensible(object)) return false;
  const now = ownKeys(object);
  if (now.length !== keys.length) return false;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as PropertyKey;
    if (now[index] !== key) return false;
    const is = getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
    const was = descriptors[index] as PropertyDescriptor;
    if (!same(is.value, was.value)) return false;
    if (is.get !== was.get || is.set !== was.set || is.writable !== was.writable) return false;
    if (is.enumerable !== was.enumerable || is.configurable !== was.configurable) return false;
  }
  return true;
}

/** All objects that are reached from `roots` by properties, accessors and prototypes. */
function everyObject(roots: unknown[]): Set<object> {
  const found = new Set<object>();
  const visit = (value: unknown): void => {
    if ((typeof value !== "object" || value === null) && typeof value !== "function") return;
    if (found.has(value)) return;
    found.add(value);
    visit(getPrototypeOf(value));
    for (const key of ownKeys(value)) {
      const property = getOwnPropertyDescriptor(value, key);
      visit(property?.value);
      visit(property?.get);
      visit(property?.set);
    }
  };
  for (const root of roots) visit(root);
  return found;
}

/** Built-ins that no name leads to, only syntax or a call. A test asks the engine's heap whether one is missing. */
function hiddenIntrinsics(): unknown[] {
  const segments = new Intl.Segmenter().segment("a");
  const trace = Object.getOwnPropertyDescriptor(new Error(), "stack");
  return [
    function* () {},
    async () => {},
    async function* () {},
    (function* () {})(),
    (async function* () {})(),
    [][Symbol.iterator](),
    new Map()[Symbol.iterator](),
    new Set()[Symbol.iterator](),
    ""[Symbol.iterator](),
    "a".matchAll(/a/g),
    Iterator.from({ next: () => ({ done: true, value: 0 }) } as Iterator<number>),
    [].values().map(() => 0),
    segments,
    segments[Symbol.iterator](),
    trace?.get,
    trace?.set,
    callSite(),
    (function (this: unknown) {
      // biome-ignore lint/complexity/noArguments: the thrower of `callee` is what is wanted
      return Object.getOwnPropertyDescriptor(arguments, "callee")?.get;
    })(),
  ];
}

/** The prototype of the objects that `Error.prepareStackTrace` is called with. */
function callSite(): unknown {
  const holder = Error as { prepareStackTrace?: unknown };
  holder.prepareStackTrace = (_error: unknown, sites: object[]) => sites;
  const sites = new Error().stack as unknown as object[];
  delete holder.prepareStackTrace;
  return Object.getPrototypeOf(sites[0]);
}
