import type { TSchema } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler, type ValueErrorIterator } from "@sinclair/typebox/compiler";
import { Value } from "@sinclair/typebox/value";
import { type Part, ProblemError } from "./problem.ts";

const MAX_ISSUES = 20;
const MAX_NAME_LENGTH = 100;
const checks = new WeakMap<TSchema, TypeCheck<TSchema>>();

/**
 * Checks a part of a request. Members that the schema does not have are dropped, or refused, at every depth.
 * @param convert the members arrive as texts: numbers and booleans are read from them, and a single one can be a list
 * @throws ProblemError "invalid"
 */
export function read(
  schema: TSchema,
  value: unknown,
  part: Part,
  { unknown, convert }: { unknown: "refuse" | "ignore"; convert: boolean },
): unknown {
  const typed = convert ? converted(schema, value) : value;
  if (unknown === "refuse") refuseUnknown(schema, typed, part);
  const check = checkOf(schema);
  if (!check.Check(typed)) throw new ProblemError({ kind: "invalid", part, issues: issuesIn(check.Errors(typed)) });
  return Value.Default(schema, Value.Clean(schema, structuredClone(typed)));
}

/**
 * Parses a body: JSON at most `maxDepth` deep, whose texts are well-formed Unicode. Members named `__proto__` are dropped.
 * @throws ProblemError
 */
export function parseBody(text: string, maxDepth: number): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProblemError({ kind: "malformed body", message: "The body is not valid JSON." });
  }
  const fault = tidy(value, maxDepth);
  if (fault === "deep") {
    const message = `Objects and arrays may be nested at most ${maxDepth} levels deep.`;
    throw new ProblemError({ kind: "malformed body", message });
  }
  if (fault) throw new ProblemError({ kind: "malformed body", message: "A text is not well-formed Unicode." });
  return value;
}

function checkOf(schema: TSchema): TypeCheck<TSchema> {
  let check = checks.get(schema);
  if (!check) {
    check = TypeCompiler.Compile(schema);
    checks.set(schema, check);
  }
  return check;
}

function issuesIn(errors: ValueErrorIterator) {
  const issues = new Map<string, string>();
  for (const { path, message, schema } of errors) {
    const name = path.slice(1).replaceAll("/", ".").slice(0, MAX_NAME_LENGTH);
    if (!issues.has(name)) issues.set(name, schema["wanted"] ? `Must be ${schema["wanted"]}.` : `${message}.`);
    if (issues.size >= MAX_ISSUES) break;
  }
  return [...issues].map(([path, message]) => ({ path, message }));
}

function converted(schema: TSchema, value: unknown): unknown {
  const known = (schema["properties"] ?? {}) as Record<string, TSchema>;
  const members = Object.entries(value as Record<string, unknown>);
  return Object.fromEntries(
    members.map(([name, text]) => [name, Object.hasOwn(known, name) ? fromText(known[name]!, text) : text]),
  );
}

function fromText(schema: TSchema, value: unknown): unknown {
  if (schema["type"] === "array") return [value].flat().map((item) => fromText(schema["items"] as TSchema, item));
  if (typeof value !== "string") return value;
  if (schema["type"] === "boolean") return value === "true" || (value === "false" ? false : value);
  const isNumber = schema["type"] === "integer" || schema["type"] === "number";
  if (isNumber) return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  const choices = (schema["anyOf"] ?? []) as TSchema[];
  const read = choices.map((choice) => ({ choice, one: fromText(choice, value) }));
  const fitting = read.find(({ choice, one }) => checkOf(choice).Check(one));
  return fitting ? fitting.one : value;
}

function refuseUnknown(schema: TSchema, value: unknown, part: Part): void {
  const names = unknownIn(schema, value, "").slice(0, MAX_ISSUES);
  if (names.length === 0) return;
  const issues = names.map((name) => ({ path: name.slice(0, MAX_NAME_LENGTH), message: "There is no such member." }));
  throw new ProblemError({ kind: "invalid", part, issues });
}

/** Schemas other than objects and arrays, such as unions, are not searched. */
function unknownIn(schema: TSchema, value: unknown, path: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) {
    const items = schema["items"] as TSchema | undefined;
    return items ? value.slice(0, MAX_ISSUES).flatMap((each, i) => unknownIn(items, each, `${path}${i}.`)) : [];
  }
  const known = schema["properties"] as Record<string, TSchema> | undefined;
  if (!known) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    Object.hasOwn(known, name) ? unknownIn(known[name]!, member, `${path}${name}.`) : [`${path}${name}`],
  );
}

/** Removes members named `__proto__`. Returns what is wrong, if anything. */
function tidy(value: unknown, levelsLeft: number): "deep" | "malformed" | undefined {
  if (typeof value === "string") return value.isWellFormed() ? undefined : "malformed";
  if (typeof value !== "object" || value === null) return undefined;
  if (levelsLeft === 0) return "deep";
  const members = value as Record<string, unknown>;
  for (const name in members) {
    if (name === "__proto__") delete members[name];
    else {
      const fault = name.isWellFormed() ? tidy(members[name], levelsLeft - 1) : "malformed";
      if (fault) return fault;
    }
  }
  return undefined;
}
