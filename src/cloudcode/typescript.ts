import { transformSync } from "amaro";
import type { ScriptFailure } from "../kernel/scripts/result.ts";

/** amaro throws plain objects. Lines count from 1, columns from 0. */
interface Refused {
  message: string;
  startLine?: number;
  startColumn?: number;
}

/**
 * Replaces a script's types with spaces, so that lines and columns do not change. Syntax that needs more, such as
 * enums, is a failure. Node's own API for this is not stable.
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
