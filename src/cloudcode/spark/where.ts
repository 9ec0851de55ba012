import { queryArgument, textOf } from "../realm/arguments.ts";
import {
  apply,
  dictionary,
  exec,
  indirectEval,
  OriginalError,
  OriginalTypeError,
  ownKeys,
  stringify,
} from "../realm/originals.ts";
import { END } from "../realm/run.ts";
import { SparkMongoCursor } from "./spark-mongo-cursor.ts";

const MAX_DOCUMENTS = 10_000;
const IS_FUNCTION = /^\s*function\b/;
const HAS_RETURN = /\breturn\b/;

/**
 * As `queryArgument`, but evaluates a top-level `$where` in the script, on the documents that match the rest of the
 * query. `$where` is a function, its text, or an expression, with the document as `this`.
 * @param where JSON of namespace and collection, each preceded by a comma
 */
export function whereQuery(where: string, method: string, argument: string, query: unknown): string {
  if (typeof query !== "object" || query === null) return queryArgument(method, argument, query);
  const { $where } = query as { $where?: unknown };
  if ($where === undefined) return queryArgument(method, argument, query);
  const rest = queryArgument(method, argument, without(query));
  const holds = functionOf(method, $where);
  const found = new SparkMongoCursor(where, rest, "null");
  let ids = "";
  for (let seen = 0; found.hasNext(); seen++) {
    if (seen === MAX_DOCUMENTS) {
      throw new OriginalError(
        `${method}: $where examines at most ${MAX_DOCUMENTS} documents. Restrict the rest of the query.`,
      );
    }
    const document = found.next() as { _id: unknown };
    const id = stringify(document._id);
    if (apply(holds, document, [document])) ids += `${ids === "" ? "" : ","}${id}`;
  }
  return `{"$and":[${rest},{"_id":{"$in":[${ids}]}}]}`;
}

function without(query: object): object {
  const rest = dictionary<unknown>();
  const names = ownKeys(query);
  for (let index = 0; index < names.length; index++) {
    const name = names[index]!;
    if (typeof name === "string" && name !== "$where") rest[name] = (query as Record<string, unknown>)[name];
  }
  return rest;
}

function functionOf(method: string, where: unknown): (...args: unknown[]) => unknown {
  if (typeof where === "function") return where as () => unknown;
  if (typeof where !== "string") throw new OriginalTypeError(`${method}: $where must be a function or its text.`);
  const body = exec(HAS_RETURN, where) === null ? `return (${where}\n);` : where;
  const text = exec(IS_FUNCTION, where) === null ? `(function (obj) { ${body}\n})` : `(${where}\n)`;
  try {
    return indirectEval(text) as () => unknown;
  } catch (error) {
    if (error === END) throw error;
    throw new OriginalTypeError(`${method}: $where is not valid JavaScript: ${textOf(error)}`);
  }
}
