import type { Static, TObject } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import type { PublishProblem } from "./publisher.ts";

/** The options that fit their schema, with defaults; others are left out. `optionProblems` reports those. */
export function optionsOf<T extends TObject>(schema: T, options: Readonly<Record<string, unknown>>): Static<T> {
  const found: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(schema.properties)) {
    const value = Object.hasOwn(options, name) ? options[name] : undefined;
    if (value !== undefined && Value.Check(member, value)) found[name] = value;
    else if (member.default !== undefined) found[name] = member.default;
  }
  return found as Static<T>;
}

/** OPTION_INVALID for every declared option with a value that does not fit. */
export function optionProblems(schema: TObject, options: Readonly<Record<string, unknown>>): PublishProblem[] {
  const problems: PublishProblem[] = [];
  for (const [name, member] of Object.entries(schema.properties)) {
    const value = Object.hasOwn(options, name) ? options[name] : undefined;
    if (value === undefined || Value.Check(member, value)) continue;
    problems.push({ code: "OPTION_INVALID", message: `The option ${name} is invalid: ${member.description ?? name}` });
  }
  return problems;
}
