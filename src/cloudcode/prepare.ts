import type { ScriptFailure } from "../kernel/scripts/result.ts";
import { type Each, isNode, type Node, parseScript } from "./parse.ts";

export interface PreparedScript {
  code: string;
  /** Insertions, by position, to map columns back to the file. Line numbers do not change. */
  inserted: readonly { line: number; column: number; length: number }[];
  /** Names declared at the top level: most of what it adds to the global object. */
  declares: readonly string[];
}

/** Replaces `removed` characters at `at` with `text`. `removed` is the length of `text`, or 0 for an insertion. */
interface Edit {
  at: number;
  removed: number;
  text: string;
}

/**
 * Checks a script's syntax and rewrites it to run as an eval, with all files in one global scope:
 * - each catch and finally block starts with a call that rethrows the end of the script, so no script can prevent it;
 * - each thrown value is wrapped in a call that records the place, since a thrown string has no stack;
 * - `for each (a in b)` becomes a for-of loop over the values of `b`;
 * - top-level `const`, `let` and `class` become variables, which other files see and may redeclare;
 * - a file's "use strict" moves into each of its functions, since a strict eval would hide its variables.
 *
 * Costs one parse, linear in the source.
 */
export function prepareScript(file: string, source: string): PreparedScript | ScriptFailure {
  let tree: Node;
  try {
    tree = parseScript(source);
  } catch (error) {
    return syntaxFailure(file, error);
  }
  const edits: Edit[] = [];
  shareDeclarations(tree, source, edits);
  const isStrict = takeStrictness(tree, edits);
  const pending: { node: Node; makeStrict: boolean }[] = [{ node: tree, makeStrict: isStrict }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node } = next;
    rewrite(node, edits);
    const makeStrict = next.makeStrict && !isClass(node) && !becomesStrict(node, edits);
    for (const member of Object.values(node)) {
      for (const child of Array.isArray(member) ? member : [member]) {
        if (isNode(child)) pending.push({ node: child, makeStrict });
      }
    }
  }
  edits.sort((a, b) => a.at - b.at);
  return { ...apply(source, edits), declares: declaredBy(tree) };
}

/** Maps a column of the prepared code to one of the file. Both count from 1. */
export function columnInFile({ inserted }: PreparedScript, line: number, column: number): number {
  let before = 0;
  for (const piece of inserted) {
    if (piece.line === line && piece.column + before < column) before += piece.length;
  }
  return Math.max(1, column - before);
}

function rewrite(node: Node, edits: Edit[]): void {
  const block = node.type === "CatchClause" ? node["body"] : node.type === "TryStatement" ? node["finalizer"] : null;
  if (isNode(block)) insert(edits, block.start + 1, "$spark_unwind();");
  const value = node.type === "ThrowStatement" ? node["argument"] : null;
  if (isNode(value) && value.type !== "NewExpression") surround(edits, value, "$spark_thrown((", "))");
  const each = node["each"] as Each | undefined;
  if (each) {
    const right = node["right"] as Node;
    replace(edits, each.each, "    ");
    replace(edits, each.in, "of");
    surround(edits, right, "$spark_values((", "))");
  }
}

/** `const a = 1, b;` → `var   a = 1, b;`, `let a;` → `var a=void 0;`, `class A {}` → `var A=class A {};` */
function shareDeclarations(program: Node, source: string, edits: Edit[]): void {
  for (const node of program["body"] as Node[]) {
    if (node.type === "ClassDeclaration") {
      const { start, end } = node["id"] as Node;
      surround(edits, node, `var ${source.slice(start, end)}=`, ";");
    } else if (node.type === "VariableDeclaration" && (node["kind"] === "const" || node["kind"] === "let")) {
      replace(edits, node.start, node["kind"] === "const" ? "var  " : "var");
      for (const declarator of node["declarations"] as Node[]) {
        if (!declarator["init"]) insert(edits, declarator.end, "=void 0");
      }
    }
  }
}

/** Removes a "use strict" at the file's start. Returns whether there was one. */
function takeStrictness(program: Node, edits: Edit[]): boolean {
  const directive = strictDirective(program);
  if (!directive) return false;
  const { start, end } = directive["expression"] as Node;
  replace(edits, start, " ".repeat(end - start));
  return true;
}

/** Whether `node` is a function that is strict or was made so. One with default parameters cannot be made strict. */
function becomesStrict(node: Node, edits: Edit[]): boolean {
  const body = node["body"];
  if (!isFunction(node) || !isNode(body) || body.type !== "BlockStatement") return false;
  if (strictDirective(body)) return true;
  if (!(node["params"] as Node[]).every(({ type }) => type === "Identifier")) return false;
  insert(edits, body.start + 1, '"use strict";');
  return true;
}

function strictDirective(body: Node): Node | undefined {
  return (body["body"] as Node[]).find((node) => node["directive"] === "use strict");
}

function isFunction({ type }: Node): boolean {
  return type === "FunctionDeclaration" || type === "FunctionExpression" || type === "ArrowFunctionExpression";
}

function isClass({ type }: Node): boolean {
  return type === "ClassDeclaration" || type === "ClassExpression";
}

function insert(edits: Edit[], at: number, text: string): void {
  edits.push({ at, removed: 0, text });
}

function replace(edits: Edit[], at: number, text: string): void {
  edits.push({ at, removed: text.length, text });
}

function surround(edits: Edit[], { start, end }: Node, before: string, after: string): void {
  insert(edits, start, before);
  insert(edits, end, after);
}

function declaredBy(program: Node): string[] {
  const names = (program["body"] as Node[]).flatMap(({ id, declarations }) => {
    const ids = id ? [id] : ((declarations as Node[] | undefined) ?? []).map((declarator) => declarator["id"]);
    return (ids as Node[]).map((node) => node["name"]).filter((name) => typeof name === "string");
  });
  return [...new Set(names)];
}

function apply(source: string, edits: readonly Edit[]): Omit<PreparedScript, "declares"> {
  let code = "";
  let from = 0;
  let line = 1;
  let lineStart = 0;
  const inserted = [];
  for (const { at, removed, text } of edits) {
    for (const ending of source.slice(from, at).matchAll(/\r\n|[\n\r\u2028\u2029]/g)) {
      line++;
      lineStart = from + ending.index + ending[0].length;
    }
    if (removed === 0) inserted.push({ line, column: at - lineStart + 1, length: text.length });
    code += source.slice(from, at) + text;
    from = at + removed;
  }
  return { code: code + source.slice(from), inserted };
}

function syntaxFailure(file: string, error: unknown): ScriptFailure {
  const { message, loc } = error as { message: string; loc?: { line: number; column: number } };
  const failure: ScriptFailure = { kind: "syntax", message: String(message).replace(/ \(\d+:\d+\)$/, ""), file };
  return loc ? { ...failure, line: loc.line, column: loc.column + 1 } : failure;
}
