import { stripTypeScriptTypes } from "node:module";

let isKnown = false;

/**
 * A text of TypeScript with spaces in the place of its types. Node says with the first one that this may change with a
 * later Node, which an operator can do nothing about: Node is pinned.
 * @throws a SyntaxError for what needs more than that
 */
export function stripTypes(source: string): string {
  if (isKnown) return stripTypeScriptTypes(source);
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    isKnown = true;
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}
