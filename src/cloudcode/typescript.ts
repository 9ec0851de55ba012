import type { ScriptFailure } from "../kernel/scripts/result.ts";
import { stripTypes } from "../strip-types.ts";

/**
 * A script's text with spaces in the place of its types, so that lines and columns stay. What needs more than that
 * (enum, namespace, parameter properties) is refused with its place.
 */
export function withoutTypes(file: string, source: string): string | ScriptFailure {
  try {
    return stripTypes(source);
  } catch (error) {
    const { message, stack = "" } = error as Error;
    const failure: ScriptFailure = { kind: "syntax", message, file };
    // The trace begins with `:line`, a line or two of the file, and marks below the place.
    const [, line, marked] = /^:(\d+)\n(?:.*\n){1,4}?( *)\^/.exec(stack) ?? [];
    return line === undefined ? failure : { ...failure, line: Number(line), column: (marked ?? "").length + 1 };
  }
}
