import { indexOf, slice } from "./originals.ts";
import type { Run } from "./run.ts";

export interface Place {
  /** File name in stack traces; empty if unknown. */
  file: string;
  line: number;
  column: number;
}

const NOWHERE: Place = { file: "", line: 0, column: 0 };
const FRAME = "\n    at ";

/** Where an error was thrown: the innermost stack frame in a file of the run. */
export function locate(error: unknown, run: Run): Place {
  const trace = traceOf(error) ?? run.thrownAt;
  for (let at = indexOf(trace, FRAME); at >= 0; ) {
    const next = indexOf(trace, FRAME, at + 1);
    const place = placeIn(slice(trace, at, next < 0 ? trace.length : next), run);
    if (place) return place;
    at = next;
  }
  return NOWHERE;
}

function placeIn(frame: string, { files }: Run): Place | undefined {
  for (const file in files) {
    const found = indexOf(frame, `${file}:`);
    if (found < 0 || (frame[found - 1] !== "(" && frame[found - 1] !== " ")) continue;
    const line = numberAt(frame, found + file.length + 1);
    const column = numberAt(frame, found + file.length + 2 + `${line}`.length);
    if (line > 0 && column > 0) return { file, line, column };
  }
  return undefined;
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
