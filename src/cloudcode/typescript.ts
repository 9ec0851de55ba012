import { transformSync } from "amaro";
import type { ScriptFailure } from "../kernel/scripts/result.ts";

/** What amaro throws: an object that is no Error. Lines count from 1, columns from 0. */
interface Refused {
  message: string;
  startLine?: number;
  startColumn?: number;
}

/**
 * A script's text with spaces in the place of its types, so that lines and columns stay. What needs more than that
 * (enum, namespace, parameter properties) is refused with its place. Node's own function for this is amaro's, with a
 * warning that it may change.
 */
export function withoutTypes(file: string, source: string): string | ScriptFailure {
  try {
    return transformSync(source, { mode: "strip-only" }).code;
  } catch (error) {
    const { message, startLine, startColumn = 0 } = error as Refused;
    const failure: ScriptFailure = { kind: "syntax", message, file };
    return startLine === undefined ? failure : { ...failure, line: startLine, column: startColumn + 1 };
  }
}
