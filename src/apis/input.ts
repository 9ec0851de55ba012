import type { TSchema } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler, type ValueErrorIterator } from "@sinclair/typebox/compiler";
import { Value } from "@sinclair/typebox/value";
import { type Part, ProblemError } from "./problem.ts";

const MAX_ISSUES = 20;
const checks = new WeakMap<TSchema, TypeCheck<TSchema>>();

/**
 * Checks a part of a request. Members that the schema does not have are dropped, or refused.
 * @param convert the values arrive as text: numbers and booleans are read from it
 * @throws ProblemError "invalid"
 */
export function read(
  schema: TSchema,
  value: unknown,
  part: Part,
  { unknown, convert }: { unknown: "refuse" | "ignore"; convert: boolean },
): unknown {
  const typed = convert ? Value.Convert(schema, structuredClone(value)) : value;
  if (unknown === "refuse") refuseUnknown(schema, typed, part);
  const check = checkOf(schema);
  if (!check.Check(typed)) throw new ProblemError({ kind: "invalid", part, issues: issuesIn(check.Errors(typed)) });
  return Value.Default(schema, Value.Clean(schema, structuredClone(typed)));
}

/** Parses a body: JSON at most `maxDepth` deep. Members named `__proto__` are dropped. @throws ProblemError */
export function parseBody(text: string, maxDepth: number): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProblemError({ kind: "malformed body", message: "The body is not valid JSON." });
  }
  if (!isTidied(value, maxDepth)) {
    const message = `Objects and arrays may be nested at most ${maxDepth} levels deep.`;
    throw new ProblemError({ kind: "malformed body", message });
  }
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
    const name = path.slice(1).replaceAll("/", ".");
    if (!issues.has(name)) issues.set(name, schema["wanted"] ? `Must be ${schema["wanted"]}.` : `${message}.`);
    if (issues.size >= MAX_ISSUES) break;
  }
  return [...issues].map(([path, message]) => ({ path, message }));
}

function refuseUnknown(schema: TSchema, value: unknown, part: Part): void {
  const known = schema["properties"] as Record<string, TSchema> | undefined;
  if (!known || typeof value !== "object" || value === null || Array.isArray(value)) return;
  const others = Object.keys(value).filter((name) => !Object.hasOwn(known, name));
  if (others.length === 0) return;
  const issues = others.slice(0, MAX_ISSUES).map((name) => {
    return { path: name.slice(0, 100), message: "There is no such member." };
  });
  throw new ProblemError({ kind: "invalid", part, issues });
}

function isTidied(value: unknown, levelsLeft: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (levelsLeft === 0) return false;
  if (Array.isArray(value)) return value.every((item) => isTidied(item, levelsLeft - 1));
  const members = value as Record<string, unknown>;
  for (const name in members) {
    if (name === "__proto__") delete members[name];
    else if (!isTidied(members[name], levelsLeft - 1)) return false;
  }
  return true;
}
