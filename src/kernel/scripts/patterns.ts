import { setFlagsFromString } from "node:v8";
import { CallError } from "./call.ts";

/**
 * Regular expressions of scripts. One that backtracks without end must not be matched on the server's own thread: queries
 * are given to evaluators (`store/embedded/weights.ts`), and what is matched here must be such that V8's second engine can
 * match it in time linear to the text. V8 is told to change over to that engine where its first one backtracks much.
 */
setFlagsFromString("--enable-experimental-regexp-engine");
setFlagsFromString("--enable-experimental-regexp-engine-on-excessive-backtracks");

const MAX_CHARS = 1_000;

/** A pattern of a query: as `linearPattern` where that is possible, else as it is. */
export function queryPattern(source: unknown, options: unknown = ""): { $regex: string; $options: string } {
  return patternOf(source, options) ?? { $regex: source as string, $options: flagsOf(options as string, "ims") };
}

/** The same pattern without the option `i`, which the second engine does not know: letters become classes of both. */
export function linearPattern(source: unknown, options: unknown = ""): { $regex: string; $options: string } {
  const pattern = patternOf(source, options);
  if (pattern) return pattern;
  throw new CallError(
    "$regex cannot be matched in linear time: lookaround, back references and large counts are not supported.",
  );
}

/** Undefined: it is valid, and cannot be matched in linear time. */
function patternOf(source: unknown, options: unknown): { $regex: string; $options: string } | undefined {
  if (typeof source !== "string" || typeof options !== "string") throw new CallError("$regex takes text.");
  if (source.length > MAX_CHARS) throw new CallError(`$regex is longer than ${MAX_CHARS} characters.`);
  const pattern = options.includes("i") ? bothCases(source) : source;
  const flags = flagsOf(options, "ms");
  try {
    new RegExp(pattern, `l${flags}`);
    return { $regex: pattern, $options: flags };
  } catch {
    try {
      new RegExp(source, flags);
    } catch (error) {
      throw new CallError(`$regex is not valid: ${(error as Error).message}`);
    }
    return undefined;
  }
}

function flagsOf(options: string, known: string): string {
  return [...new Set(options)].filter((flag) => known.includes(flag)).join("");
}

function bothCases(source: string): string {
  let result = "";
  let inClass = false;
  for (let at = 0; at < source.length; at++) {
    const piece = escapeAt(source, at) ?? source[at]!;
    at += piece.length - 1;
    if (piece === "[") inClass = true;
    else if (piece === "]") inClass = false;
    const range = inClass ? /^([a-z])-([a-z])|^([A-Z])-([A-Z])/.exec(source.slice(at, at + 3))?.[0] : undefined;
    if (range !== undefined) {
      result += range.toLowerCase() + range.toUpperCase();
      at += 2;
    } else if (piece.length > 1 || piece.toLowerCase() === piece.toUpperCase()) result += piece;
    else {
      const both = piece.toLowerCase() + piece.toUpperCase();
      result += inClass ? both : `[${both}]`;
    }
  }
  return result;
}

/** An escape, or the name of a group, whose letters stand for themselves. */
function escapeAt(source: string, at: number): string | undefined {
  return /^(?:\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\c[a-zA-Z]|\\k<[^>]*>|\\[\s\S]|\(\?<[a-zA-Z_$][^>]*>)/.exec(
    source.slice(at, at + 80),
  )?.[0];
}
