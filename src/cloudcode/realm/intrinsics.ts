import {
  defineProperty,
  deleteProperty,
  dictionary,
  exec,
  freeze,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hasOwn,
  isExtensible,
  ownKeys,
  same,
} from "./originals.ts";
import { guardUnchanged, isUnchanged, watchDefinitions } from "./unchanged.ts";

/**
 * Resets a realm between runs. Every object that a later run can reach is either frozen, or compared after each run and
 * restored; a realm that cannot be restored is discarded.
 *
 * - Added globals are deleted, changed built-ins (polyfills, a replaced `Date`) are restored.
 * - Built-ins that old scripts never extend (iterators, typed arrays, Intl) are frozen.
 * - `RegExp.$1` and so on are overwritten by an empty match.
 * - Promise jobs run to completion. What could start jobs from outside (Atomics.waitAsync, WebAssembly) is removed.
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

/** Built-ins that scripts extend or shadow by assignment: compared instead of frozen. */
const OPEN = [
  ...["Object", "Function", "Array", "String", "Number", "Boolean", "Symbol", "BigInt", "Date", "RegExp", "Promise"],
  ...["Map", "Set", "WeakMap", "WeakSet", "Error", "AggregateError", "EvalError", "RangeError", "ReferenceError"],
  ...["SyntaxError", "TypeError", "URIError", "Math", "JSON"],
];

interface Baseline {
  object: object;
  prototype: object | null;
  keys: PropertyKey[];
  known: Record<PropertyKey, true>;
  /** For each key: value, get, set, and the flags as a number. */
  parts: unknown[];
}

let compared: Baseline[] = [];
/** Lists of names that the current run is known to add to the global object. */
let expected = dictionary<readonly string[]>();
let lists = 0;

/** @param roots objects that scripts only reach by calls, such as Spark classes */
export function sealRealm(roots: readonly object[]): void {
  for (const name of REMOVED) deleteProperty(globalThis, name);
  deleteProperty(Date.prototype, "toTemporalInstant");
  const watched = watchDefinitions();

  const open = new Set<object>([Object.prototype, globalThis]);
  for (const name of OPEN) {
    const value = (globalThis as Record<string, unknown>)[name] as { prototype?: object } & object;
    open.add(value);
    if (value.prototype) open.add(value.prototype);
  }

  const all = everyObject([globalThis, ...watched, ...roots, ...hiddenIntrinsics()]);
  for (const object of all) if (!open.has(object)) freeze(object);
  // Object.prototype first: reading descriptors is safe once it is known to be unchanged.
  open.delete(globalThis);
  compared = [...open, globalThis].map(baselineOf);
  guardUnchanged(compared);
}

/** Whether a change of `object` would be prevented or detected. For the test that walks the engine's heap. */
export function guards(object: object): boolean {
  return Object.isFrozen(object) || compared.some((baseline) => baseline.object === object);
}

/** Undoes a run's changes to the realm. Returns false if some cannot be undone. */
export function restoreRealm(): boolean {
  // Enumerating the global object would call traps of a proxy in its prototype chain, which nothing would stop.
  if (getPrototypeOf(globalThis) !== (compared[compared.length - 1] as Baseline).prototype) return false;
  const last = lists;
  lists = 0;
  for (let list = 0; list < last; list++) {
    const names = expected[list] as readonly string[];
    for (let index = 0; index < names.length; index++) {
      if (!deleteProperty(globalThis, names[index] as string)) return false;
    }
  }
  expected = dictionary();
  const listed = dropListedGlobals();
  if (listed < 0) return false;
  for (let index = isUnchanged(listed) ? compared.length : 0; index < compared.length; index++) {
    if (!restore(compared[index] as Baseline)) return false;
  }
  exec(/(?:)/, "");
  return true;
}

/** Deletes added enumerable globals. Returns the number of the realm's own ones, or -1 if one cannot be deleted. */
function dropListedGlobals(): number {
  const { known } = compared[compared.length - 1] as Baseline;
  let listed = 0;
  for (const name in globalThis) {
    if (!hasOwn(globalThis, name)) continue;
    if (hasOwn(known, name)) listed++;
    else if (!deleteProperty(globalThis, name)) return -1;
  }
  return listed;
}

/** Announces globals that the run will add. For speed only: deleting a known name costs a third of finding it. */
export function expectNames(names: readonly string[]): void {
  expected[lists++] = names;
}

export function newNames(names: readonly string[]): readonly string[] {
  const { known } = compared[compared.length - 1] as Baseline;
  const found = dictionary<true>();
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    if (!hasOwn(known, name)) found[name] = true;
  }
  return ownKeys(found) as string[];
}

/** Defines a global that is neither enumerable nor replaceable. */
export function defineHelper(name: string, value: object): void {
  defineProperty(globalThis, name, { value: freeze(value), writable: false, enumerable: false, configurable: false });
}

function baselineOf(object: object): Baseline {
  const keys = ownKeys(object);
  const known = dictionary<true>() as Record<PropertyKey, true>;
  const parts: unknown[] = [];
  for (const key of keys) {
    known[key] = true;
    const property = getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
    parts.push(property.value, property.get, property.set, flagsOf(property));
  }
  return { object, prototype: getPrototypeOf(object), keys, known, parts };
}

/** Removes added properties and restores changed ones. Returns whether all is as before, including the order. */
function restore(baseline: Baseline): boolean {
  const { object, prototype, keys, known, parts } = baseline;
  if (getPrototypeOf(object) !== prototype || !isExtensible(object)) return false;
  let now = ownKeys(object);
  if (now.length !== keys.length) {
    for (let index = 0; index < now.length; index++) {
      const key = now[index] as PropertyKey;
      if (!hasOwn(known, key) && !deleteProperty(object, key)) return false;
    }
    now = ownKeys(object);
    if (now.length !== keys.length) return false;
  }
  for (let index = 0, part = 0; index < keys.length; index++, part += 4) {
    const key = keys[index] as PropertyKey;
    if (now[index] !== key) return false;
    const property = getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
    if (
      same(property.value, parts[part]) &&
      property.get === parts[part + 1] &&
      property.set === parts[part + 2] &&
      flagsOf(property) === parts[part + 3]
    ) {
      continue;
    }
    if (!defineProperty(object, key, descriptorOf(baseline, part))) return false;
  }
  return true;
}

function descriptorOf({ parts }: Baseline, part: number): PropertyDescriptor {
  const flags = parts[part + 3] as number;
  const property = dictionary<unknown>();
  property["enumerable"] = (flags & 2) !== 0;
  property["configurable"] = (flags & 4) !== 0;
  if (parts[part + 1] !== undefined || parts[part + 2] !== undefined) {
    property["get"] = parts[part + 1];
    property["set"] = parts[part + 2];
  } else {
    property["value"] = parts[part];
    property["writable"] = (flags & 1) !== 0;
  }
  return property;
}

function flagsOf({ writable, enumerable, configurable }: PropertyDescriptor): number {
  return (writable ? 1 : 0) + (enumerable ? 2 : 0) + (configurable ? 4 : 0);
}

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

/** Built-ins that are reachable only by syntax or calls. A test checks with the engine's heap that none is missing. */
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
      // biome-ignore lint/complexity/noArguments: needed to get the thrower of `callee`
      return Object.getOwnPropertyDescriptor(arguments, "callee")?.get;
    })(),
  ];
}

/** The prototype of the objects passed to `Error.prepareStackTrace`. */
function callSite(): unknown {
  const holder = Error as { prepareStackTrace?: unknown };
  holder.prepareStackTrace = (_error: unknown, sites: object[]) => sites;
  const sites = new Error().stack as unknown as object[];
  delete holder.prepareStackTrace;
  return Object.getPrototypeOf(sites[0]);
}
