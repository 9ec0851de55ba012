import type { TObject } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler } from "@sinclair/typebox/compiler";
import { Value } from "@sinclair/typebox/value";
import { type AnyPublisher, PublishRefused } from "../../publishers/publisher.ts";

const checks = new WeakMap<TObject, TypeCheck<TObject>>();

/**
 * A client's options for a network, without the members that the network does not have.
 * @throws PublishRefused CONTENT if one has an invalid value
 */
export function checkedOptions({ name, options }: AnyPublisher, value: unknown): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new PublishRefused("CONTENT", `The options for ${name} must be an object.`);
  }
  const known = Object.keys(options.properties).filter((key) => Object.hasOwn(value, key));
  const picked = Object.fromEntries(known.map((key) => [key, (value as Record<string, unknown>)[key]]));
  let check = checks.get(options);
  if (!check) {
    check = TypeCompiler.Compile(options);
    checks.set(options, check);
  }
  // Before anything else is done with the values: those that pass are small.
  const problem = check.Check(picked) ? undefined : check.Errors(picked).First();
  if (!problem) return Value.Clean(options, structuredClone(picked)) as Record<string, unknown>;
  const where = problem.path.slice(1).replaceAll("/", ".");
  throw new PublishRefused("CONTENT", `The option ${where} for ${name} is invalid: ${problem.message}.`);
}
