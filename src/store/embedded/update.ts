import type { Clock } from "../../clock.ts";
import { StoreError } from "../errors.ts";
import { compileElement } from "./match.ts";
import { arrayPosition, type Path, parsePath, valueAt } from "./paths.ts";
import { positionOf } from "./positional.ts";
import { type Change, describe, FIELD_OPERATORS } from "./update-operators.ts";
import { equalValues, isMembers, type Members, member, setMember } from "./values.ts";

/** The result shares unchanged parts with the document, and is the same object if nothing changes. */
export interface CompiledUpdate {
  apply(document: Members, inserting: boolean): Members;
}

export interface UpdateContext {
  clock: Clock;
  /** Determines which element `$` denotes. */
  filter: Members;
  arrayFilters?: Members[] | undefined;
}

interface Step {
  path: Path;
  text: string;
  change: Change;
  lenient: boolean;
  onInsert: boolean;
  from?: Path;
}

export function compileUpdate(update: unknown, context: UpdateContext): CompiledUpdate {
  if (!isMembers(update)) throw bad("An update must be an object of operators.");
  const operators = Object.keys(update);
  if (operators.length === 0) throw bad("An update needs at least one operator, such as $set.");
  const now = new Date(context.clock.now());
  const steps = operators.flatMap((operator) => compileOperator(operator, update[operator], now));
  steps.sort((a, b) => comparePaths(a.path, b.path));
  refuseConflicts(steps);
  const elementTests = compileArrayFilters(context.arrayFilters ?? [], steps);
  return { apply: (document, inserting) => applySteps(document, steps, inserting, { ...context, elementTests }) };
}

function compileOperator(operator: string, fields: unknown, now: Date): Step[] {
  if (!operator.startsWith("$")) {
    throw bad(`"${operator}" is not an update operator. Use $set, or replaceOne for a whole document.`);
  }
  if (operator !== "$rename" && !Object.hasOwn(FIELD_OPERATORS, operator)) {
    throw bad(`Unknown update operator ${operator}.`);
  }
  if (!isMembers(fields)) throw bad(`${operator} needs an object of fields.`);
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
  if (typeof to !== "string") throw bad(`$rename of "${text}" needs the new name.`);
  const from = parsePath(text);
  const path = parsePath(to);
  if ([...from, ...path].some((part) => part.startsWith("$"))) throw bad("$rename cannot be used inside arrays.");
  const change: Change = (value) => value;
  const base = { change, lenient: true, onInsert: false };
  return [
    { ...base, path: from, text, change: () => undefined },
    { ...base, path, text: to, lenient: false, from },
  ];
}

/** Compares part by part, numbers by value: the order in which new fields are added. */
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

/** `steps` are sorted, so a path directly precedes those that it is a prefix of. */
function refuseConflicts(steps: Step[]): void {
  for (let i = 1; i < steps.length; i++) {
    const { path, text } = steps[i - 1]!;
    if (path.every((part, at) => steps[i]!.path[at] === part)) {
      throw bad(`The update changes both "${text}" and "${steps[i]!.text}", but one contains the other.`);
    }
  }
}

type ElementTests = ReadonlyMap<string, (element: unknown) => boolean>;

/** Each array filter uses one name, either directly (`{name: 1}`) or with a path (`{"name.field": 1}`). */
function compileArrayFilters(filters: Members[], steps: Step[]): ElementTests {
  const tests = new Map<string, (element: unknown) => boolean>();
  for (const filter of filters) {
    if (!isMembers(filter)) throw bad("An array filter must be an object.");
    const name = nameOf(filter);
    if (name === undefined) throw bad("An array filter must use exactly one name.");
    if (tests.has(name)) throw bad(`Two array filters use "${name}".`);
    const test = compileElement(filter, name);
    tests.set(name, (element) => test({ [name]: element }));
  }
  const used = new Set(steps.flatMap(({ path }) => path));
  for (const name of tests.keys()) {
    if (!used.has(`$[${name}]`)) throw bad(`An array filter uses "${name}", but the update has no $[${name}].`);
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
    throw bad("The update would change _id; the _id of a document cannot change.");
  }
  return result;
}

function rename(draft: Draft, document: Members, step: Step): void {
  const value = valueAt(document, step.from!);
  if (value === undefined) return;
  draft.change(step.path, { ...step, change: () => value });
}

/** Resolves `$`, `$[]` and `$[name]` in a path for this document. */
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
  if (name === undefined) throw bad(`"${part}" in a path is not one of $, $[] and $[name].`);
  if (!Array.isArray(array)) throw bad(`${part} needs an array at "${path}": it contains ${describe(array)}.`);
  const test = name === "" ? () => true : situation.elementTests.get(name);
  if (test === undefined) throw bad(`No array filter uses "${name}".`);
  return array.flatMap((element, position) => (test(element) ? [position] : []));
}

/** Maximum number of nulls by which one update may extend arrays. */
const MAX_PADDING = 10_000;
const MAX_DEPTH = 100;

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

  /** The value at the path. Undefined if the path cannot exist and the step is lenient. */
  #reach(path: Path, step: Step): { value: unknown } | undefined {
    let container: unknown = this.root;
    for (const part of path) {
      if (Array.isArray(container)) {
        const position = arrayPosition(part);
        if (position < 0) {
          if (step.lenient) return undefined;
          throw bad(`The update cannot create the field "${part}" in an array (path "${step.text}").`);
        }
        container = container[position];
      } else if (isMembers(container)) {
        container = member(container, part);
      } else {
        if (step.lenient) return undefined;
        throw bad(`The update cannot create the field "${part}" in ${describe(container)} (path "${step.text}").`);
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

  /** The container at the end of the path. Containers on the way are copied or created. */
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
      throw bad(`The update would extend arrays by more than ${MAX_PADDING} nulls. Use $push, or an object of fields.`);
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

/** @param depth of the container that receives the value */
function refuseDepth(value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null || !(Array.isArray(value) || isMembers(value))) return;
  if (depth > MAX_DEPTH) throw bad(`The update would nest the document more than ${MAX_DEPTH} levels deep.`);
  if (Array.isArray(value)) for (const item of value) refuseDepth(item, depth + 1);
  else for (const key of Object.keys(value)) refuseDepth(value[key], depth + 1);
}

/** Unlike assignment, spreading also keeps an own member named `__proto__`. */
function copyMembers(members: Members): Members {
  return { ...members };
}

function bad(message: string): StoreError {
  return new StoreError("BAD_OPERATION", message);
}
