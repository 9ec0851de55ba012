import { parse } from "acorn";
import type { ScriptFailure } from "./cloudcode.ts";

/** A script as it is sent to script hosts. */
export interface PreparedScript {
  code: string;
  /** Text put in, so that columns can be told as they are in the file. Lines stay. In order of place. */
  inserted: readonly { line: number; column: number; length: number }[];
}

interface Node {
  type: string;
  start: number;
  end: number;
  [member: string]: unknown;
}

/**
 * Checks a script's syntax and puts in what `Spark.exit()` and thrown text need:
 * - at the start of every catch and finally block a call that throws the end of a script on, so that no script holds
 *   up its own end;
 * - around every thrown value a call that keeps the place, since text that is thrown has no stack.
 *
 * Costs one parse, linear in the source.
 */
export function prepareScript(file: string, source: string): PreparedScript | ScriptFailure {
  let tree: Node;
  try {
    tree = parse(source, { ecmaVersion: "latest", sourceType: "script", preserveParens: true }) as unknown as Node;
  } catch (error) {
    return syntaxFailure(file, error);
  }
  const insertions: { at: number; text: string }[] = [];
  const pending: Node[] = [tree];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const block = node.type === "CatchClause" ? node["body"] : node.type === "TryStatement" ? node["finalizer"] : null;
    if (isNode(block)) insertions.push({ at: block.start + 1, text: "$spark_unwind();" });
    const value = node.type === "ThrowStatement" ? node["argument"] : null;
    if (isNode(value) && value.type !== "NewExpression") {
      insertions.push({ at: value.start, text: "$spark_thrown((" }, { at: value.end, text: "))" });
    }
    for (const member of Object.values(node)) {
      for (const child of Array.isArray(member) ? member : [member]) if (isNode(child)) pending.push(child);
    }
  }
  return insert(
    source,
    insertions.sort((a, b) => a.at - b.at),
  );
}

/** The column of the file that `column` of the prepared code stands for; both count from 1. */
export function columnInFile({ inserted }: PreparedScript, line: number, column: number): number {
  let before = 0;
  for (const piece of inserted) {
    if (piece.line === line && piece.column + before < column) before += piece.length;
  }
  return Math.max(1, column - before);
}

function insert(source: string, insertions: { at: number; text: string }[]): PreparedScript {
  let code = "";
  let from = 0;
  let line = 1;
  let lineStart = 0;
  const inserted = [];
  for (const { at, text } of insertions) {
    for (const ending of source.slice(from, at).matchAll(/\r\n|[\n\r\u2028\u2029]/g)) {
      line++;
      lineStart = from + ending.index + ending[0].length;
    }
    inserted.push({ line, column: at - lineStart + 1, length: text.length });
    code += source.slice(from, at) + text;
    from = at;
  }
  return { code: code + source.slice(from), inserted };
}

function syntaxFailure(file: string, error: unknown): ScriptFailure {
  const { message, loc } = error as { message: string; loc?: { line: number; column: number } };
  const failure: ScriptFailure = { kind: "syntax", message: String(message).replace(/ \(\d+:\d+\)$/, ""), file };
  return loc ? { ...failure, line: loc.line, column: loc.column + 1 } : failure;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}
