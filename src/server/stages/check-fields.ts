import type { TObject } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler, ValueErrorType } from "@sinclair/typebox/compiler";
import { RequestError } from "../../errors.ts";
import type { AnyRequest } from "../../requests/definition.ts";
import type { Call } from "../call.ts";
import { coerce } from "../coerce.ts";
import type { Frame } from "../frames.ts";

const MAX_REPORTED = 10;
const compiled = new WeakMap<AnyRequest, TypeCheck<TObject>>();

/**
 * Checks the fields against the request's schema. Only where they do not fit as they are is the lenient conversion
 * tried (`coerce.ts`). A schema is compiled at its first use, about 2 ms.
 */
export function checkFields(call: Call): void {
  const { frame, known } = call;
  const check = checkOf(known);
  if (check.Check(frame)) {
    call.request = frame;
    return;
  }
  const converted = coerce(known.fields, frame) as Frame;
  if (!check.Check(converted)) throw problems(known.name, check, converted);
  call.request = converted;
}

function checkOf(definition: AnyRequest): TypeCheck<TObject> {
  let check = compiled.get(definition);
  if (!check) {
    check = TypeCompiler.Compile(definition.fields);
    compiled.set(definition, check);
  }
  return check;
}

/** One pair for each bad field: REQUIRED where it is missing, INVALID where it is of the wrong type. */
function problems(name: string, check: TypeCheck<TObject>, frame: Frame): RequestError {
  const pairs: Record<string, string> = {};
  const sentences: string[] = [];
  for (const { path, type, message } of check.Errors(frame)) {
    const field = path.slice(1).replaceAll("/", ".");
    if (Object.hasOwn(pairs, field)) continue;
    const missing = type === ValueErrorType.ObjectRequiredProperty;
    pairs[field] = missing ? "REQUIRED" : "INVALID";
    sentences.push(missing ? `${field} is required` : `${field}: ${message.toLowerCase()}`);
    if (sentences.length === MAX_REPORTED) break;
  }
  return new RequestError({ ...pairs, detail: `${name}: ${sentences.join("; ")}.` });
}
