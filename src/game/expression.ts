import { type Expression as Node, parseExpressionAt } from "acorn";
import { formatDate } from "./date-format.ts";

/** An unusable expression. The message continues a sentence about the value that contains it. */
export class ExpressionError extends Error {
  override name = "ExpressionError";
}

export type Expression = Node;

type Value = number | string;

/** Parses the expression at `from`. `end` is the position of the next character that is not a space. */
export function parseExpression(text: string, from: number): { expression: Expression; end: number } {
  let expression: Expression;
  try {
    expression = parseExpressionAt(text, from, { ecmaVersion: 5 });
  } catch {
    throw new ExpressionError("has an expression with a syntax error");
  }
  const rest = /\S/.exec(text.slice(expression.end));
  return { expression, end: rest ? expression.end + rest.index : text.length };
}

/** Evaluates numbers, strings, `now` (milliseconds since 1970), arithmetic and `format(time, pattern)`, in UTC. */
export function evaluate(node: Expression, now: number): Value {
  switch (node.type) {
    case "Literal":
      if (typeof node.value === "number" || typeof node.value === "string") return node.value;
      break;
    case "Identifier":
      if (node.name === "now") return now;
      throw new ExpressionError(`has the unknown name "${node.name}"; the known names are now and format`);
    case "UnaryExpression":
      if (node.operator === "-") return -number(evaluate(node.argument, now));
      if (node.operator === "+") return number(evaluate(node.argument, now));
      break;
    case "BinaryExpression": {
      if (node.left.type === "PrivateIdentifier") break;
      return combine(node.operator, evaluate(node.left, now), evaluate(node.right, now));
    }
    case "CallExpression": {
      const [time, pattern] = node.arguments;
      if (node.callee.type !== "Identifier" || node.callee.name !== "format") break;
      if (node.arguments.length !== 2 || time!.type === "SpreadElement" || pattern!.type === "SpreadElement") break;
      return formatted(number(evaluate(time!, now)), String(evaluate(pattern!, now)));
    }
  }
  throw new ExpressionError("has an expression that is not supported");
}

function combine(operator: string, left: Value, right: Value): Value {
  if (operator === "+") {
    return typeof left === "number" && typeof right === "number" ? left + right : String(left) + String(right);
  }
  const [a, b] = [number(left), number(right)];
  if (operator === "-") return a - b;
  if (operator === "*") return a * b;
  if (operator === "/") return a / b;
  if (operator === "%") return a % b;
  throw new ExpressionError(`has the unsupported operator ${operator}`);
}

function number(value: Value): number {
  if (typeof value === "number") return value;
  throw new ExpressionError("calculates with a string");
}

function formatted(time: number, pattern: string): string {
  const text = formatDate(time, pattern);
  if (text === undefined) throw new ExpressionError("formats a date with an invalid pattern");
  return text;
}
