import type { TObject } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler, ValueErrorType } from "@sinclair/typebox/compiler";
import type { RequestError } from "../../errors.ts";
import type { AnyRequest } from "../../requests/definition.ts";
import type { Call, Services } from "../call.ts";
import { coerce } from "../coerce.ts";
import { declared } from "../declared.ts";
import type { Frame } from "../frames.ts";
import { badFields } from "../refusals.ts";
import { malformedText } from "../well-formed.ts";

const MAX_REPORTED = 10;
const compiled = new WeakMap<AnyRequest, TypeCheck<TObject>>();

/**
 * Validates the fields and keeps the declared ones for the handler; scripts see the rest too. Lenient conversion
 * (`coerce.ts`) is tried only if validation fails. A schema is compiled on first use, which takes about 2 ms.
 */
export function checkFields(_services: Services, call: Call): void {
  const { frame, known } = call;
  const malformed = malformedText(frame);
  if (malformed !== undefined) throw notUnicode(known.name, malformed);
  const check = checkOf(known);
  const fitting = check.Check(frame) ? frame : (coerce(known.fields, frame) as Frame);
  if (fitting !== frame && !check.Check(fitting)) throw problems(known.name, check, fitting);
  call.request = declared(known.fields, fitting) as Frame;
}

function checkOf(definition: AnyRequest): TypeCheck<TObject> {
  let check = compiled.get(definition);
  if (!check) {
    check = TypeCompiler.Compile(definition.fields);
    compiled.set(definition, check);
  }
  return check;
}

/** One pair per bad field: REQUIRED if missing, INVALID if of the wrong type. */
function problems(name: string, check: TypeCheck<TObject>, frame: Frame): RequestError {
  const found = new Map<string, "REQUIRED" | "INVALID">();
  const sentences: string[] = [];
  for (const { path, type, message } of check.Errors(frame)) {
    const field = path.slice(1).replaceAll("/", ".");
    if (found.has(field)) continue;
    const missing = type === ValueErrorType.ObjectRequiredProperty;
    found.set(field, missing ? "REQUIRED" : "INVALID");
    sentences.push(missing ? `${field} is required` : `${field}: ${message.toLowerCase()}`);
    if (sentences.length === MAX_REPORTED) break;
  }
  return badFields([...found], `${name}: ${sentences.join("; ")}.`);
}

function notUnicode(name: string, field: string): RequestError {
  const detail = `${name}: ${field} is not well-formed Unicode: it contains a lone surrogate.`;
  return badFields([[field, "INVALID"]], detail);
}
