import { indexOf, slice } from "./originals.ts";
import type { Run } from "./run.ts";

/** Where in the script's file an error arose: the innermost frame of its trace that lies in that file; zeros where
 * there is none. */
export function locate(error: unknown, run: Run): { line: number; column: number } {
  const trace = traceOf(error) ?? run.thrownAt;
  const frames = indexOf(trace, "\n    at ");
  const found = frames < 0 ? -1 : indexOf(trace, `${run.file}:`, frames);
  if (found < 0) return { line: 0, column: 0 };
  const line = numberAt(trace, found + run.file.length + 1);
  const column = numberAt(trace, found + run.file.length + 2 + `${line}`.length);
  return line > 0 && column > 0 ? { line, column } : { line: 0, column: 0 };
}

function traceOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  try {
    const { stack } = error as { stack?: unknown };
    return typeof stack === "string" ? slice(stack, 0, 20_000) : "";
  } catch {
    return "";
  }
}

function numberAt(text: string, from: number): number {
  let value = 0;
  for (let index = from; index < text.length && index < from + 8; index++) {
    const digit = text[index] as string;
    if (digit < "0" || digit > "9") break;
    value = value * 10 + +digit;
  }
  return value;
}
