import { type Expression, ExpressionError, evaluate, parseExpression } from "./expression.ts";

/** An unusable default value. The message continues a sentence that begins "its default value". */
export class DefaultValueError extends Error {
  override name = "DefaultValueError";
}

/**
 * The value of an attribute that was not sent: text with `${…}` expressions, evaluated when the event is logged.
 * @throws DefaultValueError if the text is not a value of the type
 */
export class DefaultValue {
  /** As the configuration has it. */
  readonly text: string;
  readonly #parts: readonly (string | Expression)[];
  readonly #type: "number" | "string" | "json";

  constructor(text: string, type: "number" | "string" | "json") {
    this.text = text;
    this.#type = type;
    try {
      this.#parts = partsOf(text);
      this.at(Date.UTC(2020, 0, 1));
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      throw new DefaultValueError(error.message);
    }
  }

  /** @param now milliseconds since 1970 */
  at(now: number): unknown {
    const parts = this.#parts.map((part) => (typeof part === "string" ? part : evaluate(part, now)));
    if (this.#type === "string") return parts.join("");
    if (this.#type === "number") {
      const value = parts.length === 1 ? Number(parts[0]) : Number(parts.join(""));
      if (!Number.isFinite(value)) throw new DefaultValueError("is not a number");
      return value;
    }
    try {
      return JSON.parse(parts.join(""));
    } catch {
      throw new DefaultValueError("is not JSON");
    }
  }
}

function partsOf(text: string): (string | Expression)[] {
  const parts: (string | Expression)[] = [];
  let rest = text;
  for (let at = rest.indexOf("${"); at >= 0; at = rest.indexOf("${")) {
    if (at > 0) parts.push(rest.slice(0, at));
    const { expression, end } = parseExpression(rest, at + 2);
    if (rest[end] !== "}") throw new DefaultValueError("has an expression without a closing brace");
    parts.push(expression);
    rest = rest.slice(end + 1);
  }
  if (rest !== "") parts.push(rest);
  return parts;
}
