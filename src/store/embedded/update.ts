import type { Clock } from "../../clock.ts";
import { StoreError } from "../errors.ts";
import { compileElement } from "./match.ts";
import { arrayPosition, type Path, parsePath, valueAt } from "./paths.ts";
import { positionOf } from "./positional.ts";
import { type Change, describe, FIELD_OPERATORS } from "./update-operators.ts";
import { equalValues, isMembers, type Members, member, setMember } from "./values.ts";

/**
 * Updates as functions. An update is compiled once, which checks all of it; what it makes of a document shares with it
 * whatever stays the same, and is the very same object where nothing changes.
 */
export interface CompiledUpdate {
  apply(document: Members, inserting: boolean): Members;
}

export interface UpdateContext {
  clock: Clock;
  /** Tells which element a `$` in a path means. */
  filter: Members;
  arrayFilters?: Members[] | undefined;
}

interface Step {
  path: Path;
  text: string;
  change: Change;
  lenient: boolean;
  onInsert: boolean;
  /** $rename: where the value comes from. */
  from?: Path;
}

export function compileUpdate(update: unknown, context: UpdateContext): CompiledUpdate {
  if (!isMembers(update)) throw bad("An update must be an object of operators.");
  const operators = Object.keys(update);
  if (operators.length === 0) throw bad("An update needs an operator such as $set.");
  const now = new Date(context.clock.now());
  const steps = operators.flatMap((operator) => compileOperator(operator, update[operator], now));
  steps.sort((a, b) => comparePaths(a.path, b.path));
  refuseConflicts(steps);
  const elementTests = compileArrayFilters(context.arrayFilters ?? [], steps);
  return { apply: (document, inserting) => applySteps(document, steps, inserting, { ...context, elementTests }) };
}

function compileOperator(operator: string, fields: unknown, now: Date): Step[] {
  if (!operator.startsWith("$")) {
    throw bad(`An update is made of operators: "${operator}" is none. Use $set, or replaceOne for a whole document.`);
  }
  if (operator !== "$rename" && !Object.hasOwn(FIELD_OPERATORS, operator)) {
    throw bad(`${operator} is no operator of an update.`);
  }
  if (!isMembers(fields)) throw bad(`${operator} takes an object of fields.`);
  const names = Object.keys(fields).filter((name) => fields[name] !== undefined);
  if (operator === "$rename") return names.flatMap((name) => compileRename(name, fields[name]));
  const { compile, lenient, onInsert } = FIELD_OPERATORS[operator]!;
  return names.map((text) => ({
    path: parsePath(text),
    text,
    change: compile(fields[text], text, now),
    lenient: lenient === true,
    onInsert: onInsert === true,
  }));
}

function compileRename(text: string, to: unknown): Step[] {
  if (typeof to !== "string") throw bad(`$rename of "${text}" takes the new name.`);
  const from = parsePath(text);
  const path = parsePath(to);
  if ([...from, ...path].some((part) => part.startsWith("$"))) throw bad("$rename does not reach into arrays.");
  const change: Change = (value) => value;
  const base = { change, lenient: true, onInsert: false };
  return [
    { ...base, path: from, text, change: () => undefined },
    { ...base, path, text: to, lenient: false, from },
  ];
}

/** By their parts, whole numbers by value: the order in which new fields are added. */
function comparePaths(a: Path, b: Path): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const x = a[i]!;
    const y = b[i]!;
    if (x === y) continue;
    const numbers = arrayPosition(x) >= 0 && arrayPosition(y) >= 0;
    return numbers ? arrayPosition(x) - arrayPosition(y) : x < y ? -1 : 1;
  }
  return a.length - b.length;
}

/** `steps` are sorted, so that a path stands right before those that begin with it. */
function refuseConflicts(steps: Step[]): void {
  for (let i = 1; i < steps.length; i++) {
    const { path, text } = steps[i - 1]!;
    if (path.every((part, at) => steps[i]!.path[at] === part)) {
      throw bad(`The update changes "${text}" and "${steps[i]!.text}", and one is the other or a part of it.`);
    }
  }
}

type ElementTests = ReadonlyMap<string, (element: unknown) => boolean>;

/** Each array filter speaks of one name, alone (`{name: 1}`) or with a path behind it (`{"name.field": 1}`). */
function compileArrayFilters(filters: Members[], steps: Step[]): ElementTests {
  const tests = new Map<string, (element: unknown) => boolean>();
  for (const filter of filters) {
    if (!isMembers(filter)) throw bad("An array filter must be an object.");
    const name = nameOf(filter);
    if (name === undefined) throw bad("An array filter must speak of one name.");
    if (tests.has(name)) throw bad(`Two array filters speak of "${name}".`);
    const test = compileElement(filter, name);
    tests.set(name, (element) => test({ [name]: element }));
  }
  const used = new Set(steps.flatMap(({ path }) => path));
  for (const name of tests.keys()) {
    if (!used.has(`$[${name}]`)) throw bad(`The update has no $[${name}], of which an array filter speaks.`);
  }
  return tests;
}

function nameOf(filter: Members): string | undefined {
  const names = new Set<string>();
  for (const [key, value] of Object.entries(filter)) {
    if (!key.startsWith("$")) names.add(key.split(".")[0]!);
    else if (Array.isArray(value)) for (const branch of value) if (isMembers(branch)) names.add(nameOf(branch) ?? "");
  }
  const [name, second] = names;
  return second === undefined && name !== undefined && /^[a-z][A-Za-z0-9]*$/.test(name) ? name : undefined;
}

interface Situation extends UpdateContext {
  elementTests: ElementTests;
}

function applySteps(document: Members, steps: Step[], inserting: boolean, situation: Situation): Members {
  const draft = new Draft(document);
  for (const step of steps) {
    if (step.onInsert && !inserting) continue;
    if (step.from !== undefined) rename(draft, document, step);
    else for (const path of resolve(document, step.path, situation)) draft.change(path, step);
  }
  const result = draft.root;
  if (!inserting && result !== document && !equalValues(result._id, document._id)) {
    throw bad("The update would change _id, which stays as it is for a document's life.");
  }
  return result;
}

function rename(draft: Draft, document: Members, step: Step): void {
  const value = valueAt(document, step.from!);
  if (value === undefined) return;
  draft.change(step.path, { ...step, change: () => value });
}

/** The paths that one with `$`, `$[]` or `$[name]` in it means in this document. */
function resolve(document: Members, path: Path, situation: Situation): Path[] {
  const at = path.findIndex((part) => part.startsWith("$"));
  if (at < 0) return [path];
  const before = path.slice(0, at);
  const part = path[at]!;
  const array = valueAt(document, before);
  const positions = positionsOf(array, part, before.join("."), document, situation);
  return positions.flatMap((position) =>
    resolve(document, [...before, String(position), ...path.slice(at + 1)], situation),
  );
}

function positionsOf(array: unknown, part: string, path: string, document: Members, situation: Situation): number[] {
  if (part === "$") return [positionOf(document, path, situation.filter)];
  const name = /^\$\[(.*)\]$/.exec(part)?.[1];
  if (name === undefined) throw bad(`"${part}" in a path is neither $, $[] nor $[name].`);
  if (!Array.isArray(array)) throw bad(`${part} needs an array in "${path}": it holds ${describe(array)}.`);
  const test = name === "" ? () => true : situation.elementTests.get(name);
  if (test === undefined) throw bad(`No array filter speaks of "${name}".`);
  return array.flatMap((element, position) => (test(element) ? [position] : []));
}

/** One update fills up arrays by at most this many nulls. */
const MAX_PADDING = 10_000;
/** As for documents that are inserted. */
const MAX_DEPTH = 100;

/** A document that is copied where it is changed, and only there. */
class Draft {
  root: Members;
  readonly #copied = new Set<object>();
  #padding = 0;

  constructor(document: Members) {
    this.root = document;
  }

  change(path: Path, step: Step): void {
    const reached = this.#reach(path, step);
    if (reached === undefined) return;
    const changed = step.change(reached.value);
    if (changed === reached.value) return;
    if (changed === undefined) this.#remove(path);
    else {
      refuseDepth(changed, path.length);
      this.#set(path, changed);
    }
  }

  /** The value at the path; undefined where the path cannot be there and the step does not mind. */
  #reach(path: Path, step: Step): { value: unknown } | undefined {
    let container: unknown = this.root;
    for (const part of path) {
      if (Array.isArray(container)) {
        const position = arrayPosition(part);
        if (position < 0) {
          if (step.lenient) return undefined;
          throw bad(`The update cannot make a field "${part}" in an array (path "${step.text}").`);
        }
        container = container[position];
      } else if (isMembers(container)) {
        container = member(container, part);
      } else {
        if (step.lenient) return undefined;
        throw bad(`The update cannot make a field "${part}" in ${describe(container)} (path "${step.text}").`);
      }
      if (container === undefined) return { value: undefined };
    }
    return { value: container };
  }

  #set(path: Path, value: unknown): void {
    const container = this.#parentOf(path);
    const last = path.at(-1)!;
    if (Array.isArray(container)) {
      const position = arrayPosition(last);
      this.#pad(container, position);
      container[position] = value;
    } else {
      setMember(container, last, value);
    }
  }

  #remove(path: Path): void {
    const container = this.#parentOf(path);
    const last = path.at(-1)!;
    if (Array.isArray(container)) container[arrayPosition(last)] = null;
    else delete container[last];
  }

  /** The container of the path's end, with every container on the way copied or made. */
  #parentOf(path: Path): Members | unknown[] {
    this.root = this.#copy(this.root);
    let container: Members | unknown[] = this.root;
    for (let i = 0; i < path.length - 1; i++) {
      const part = path[i]!;
      if (Array.isArray(container)) {
        const position = arrayPosition(part);
        this.#pad(container, position);
        const next: Members = this.#copy((container[position] as Members | undefined) ?? {});
        container[position] = next;
        container = next;
      } else {
        const next: Members = this.#copy((member(container, part) as Members | undefined) ?? {});
        setMember(container, part, next);
        container = next;
      }
    }
    return container;
  }

  #pad(array: unknown[], length: number): void {
    this.#padding += Math.max(0, length - array.length);
    if (this.#padding > MAX_PADDING) {
      throw bad(
        `The update would fill up arrays by more than ${MAX_PADDING} nulls. Use $push, or an object of fields.`,
      );
    }
    while (array.length < length) array.push(null);
  }

  #copy<T extends object>(container: T): T {
    if (this.#copied.has(container)) return container;
    const copy = Array.isArray(container) ? (container.slice() as T) : copyMembers(container as Members);
    this.#copied.add(copy);
    return copy as T;
  }
}

/** `depth`: of what the value is put into. */
function refuseDepth(value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null || !(Array.isArray(value) || isMembers(value))) return;
  if (depth > MAX_DEPTH) throw bad(`The update would nest the document more than ${MAX_DEPTH} levels deep.`);
  if (Array.isArray(value)) for (const item of value) refuseDepth(item, depth + 1);
  else for (const key of Object.keys(value)) refuseDepth(value[key], depth + 1);
}

/** A spread would do but for an own member named `__proto__`, which it keeps too: spreading defines, not assigns. */
function copyMembers(members: Members): Members {
  return { ...members };
}

function bad(message: string): StoreError {
  return new StoreError("BAD_OPERATION", message);
}
