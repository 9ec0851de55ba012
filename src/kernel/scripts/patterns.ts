import { compilePattern } from "../../store/embedded/pattern.ts";
import { CallError } from "./errors.ts";

const MAX_CHARS = 1_000;

/** Validates a regular expression in MongoDB's syntax. Evaluators need a deadline: it may backtrack exponentially. */
export function queryPattern(source: unknown, options: unknown = ""): { $regex: string; $options: string } {
  if (typeof source !== "string" || typeof options !== "string") throw new CallError("$regex takes text.");
  if (source.length > MAX_CHARS) throw new CallError(`$regex is longer than ${MAX_CHARS} characters.`);
  const flags = [...new Set(options)].filter((flag) => "imsx".includes(flag)).join("");
  try {
    compilePattern(source, flags);
  } catch (error) {
    throw new CallError((error as Error).message);
  }
  return { $regex: portable(source), $options: flags };
}

/** JavaScript's `\u00e9` is `\x{00e9}` in MongoDB. */
function portable(source: string): string {
  return source.replace(/\\(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]+)\}|[\s\S])/g, (piece, four, braced) => {
    const code = four ?? braced;
    return code === undefined ? piece : `\\x{${code}}`;
  });
}
