import type { TObject } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler } from "@sinclair/typebox/compiler";
import type { AnyRequest } from "../../src/requests/definition.ts";
import { requests } from "../../src/requests/index.ts";

/** What any response may have besides its own fields. */
const OF_ALL = ["@class", "requestId", "scriptData", "error", "authToken", "userId"];
/** Beside a refusal stand further members, such as those that a switch of accounts needs. */
const BESIDE_REFUSALS = ["errorOnSwitch"];

const byResponse = Map.groupBy(requests.values(), ({ responseName }) => `.${responseName}`);
const checks = new WeakMap<AnyRequest, TypeCheck<TObject>>();

function checkOf(request: AnyRequest): TypeCheck<TObject> {
  let check = checks.get(request);
  if (!check) {
    check = TypeCompiler.Compile(request.response);
    checks.set(request, check);
  }
  return check;
}

/**
 * Why the frame is not what the schema of its response says; undefined where it is, or is no response of a request that
 * the server knows. Several requests may share a class of responses: the frame has to fit one of them.
 */
export function problemOf(frame: Record<string, unknown>): string | undefined {
  const known = byResponse.get(String(frame["@class"]));
  if (!known) return undefined;
  const isRefused = frame.error !== undefined;
  const problems = known.map((request) => problemWith(request, frame, isRefused));
  return problems.includes(undefined) ? undefined : problems[0];
}

function problemWith(request: AnyRequest, frame: Record<string, unknown>, isRefused: boolean): string | undefined {
  const declared = [...OF_ALL, ...Object.keys(request.response.properties), ...(isRefused ? BESIDE_REFUSALS : [])];
  const undeclared = Object.keys(frame).filter((name) => !declared.includes(name));
  if (undeclared.length > 0) return `${request.responseName} has undeclared members: ${undeclared.join(", ")}`;
  if (isRefused) return undefined;
  const check = checkOf(request);
  if (check.Check(frame)) return undefined;
  const [first] = [...check.Errors(frame)];
  return `${request.responseName}${first?.path}: ${first?.message}: ${JSON.stringify(first?.value)}`;
}
