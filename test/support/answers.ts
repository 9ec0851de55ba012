import type { TObject } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler } from "@sinclair/typebox/compiler";
import type { CloudCode } from "../../src/cloudcode/cloudcode.ts";
import type { AnyRequest } from "../../src/requests/definition.ts";
import { requests } from "../../src/requests/index.ts";
import { generalRefusals } from "../../src/server/refusals.ts";

/** What any response may have besides its own fields. */
const OF_ALL = ["@class", "requestId", "scriptData", "error", "authToken", "userId"];
/** Beside a refusal stand further members, such as those that a switch of accounts needs. */
const BESIDE_REFUSALS = ["errorOnSwitch"];

/** Responses to what is no request. */
const OF_THE_SERVER = [".GameSparksErrorResponse", ".AuthenticatedConnectResponse"];

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

/** What the client knows of the request that a frame is the response to. */
export interface Asked {
  /** The request's class without its dot; of an unknown one, any whose responses have the frame's class. */
  name?: string;
  /** Scripts run for it, which set errors of their own. */
  hasScripts?: boolean;
}

/**
 * Why the frame is not what its request's definition says: a member that the schema of its response does not have, or a
 * refusal that is not documented. Undefined if nothing is wrong, or if the frame is not the response of a
 * known request. Several requests may share a class of responses: the frame has to fit one of them.
 */
export function problemOf(
  frame: Record<string, unknown>,
  { name, hasScripts = false }: Asked = {},
): string | undefined {
  const sharing = byResponse.get(String(frame["@class"]));
  if (!sharing) return OF_THE_SERVER.includes(String(frame["@class"])) ? undocumented(frame) : undefined;
  const asked = sharing.filter((request) => request.name === name);
  const problems = (asked.length > 0 ? asked : sharing).map((request) => {
    return problemWith(request, frame) ?? (hasScripts ? undefined : undocumented(frame, request));
  });
  return problems.includes(undefined) ? undefined : problems[0];
}

function problemWith(request: AnyRequest, frame: Record<string, unknown>): string | undefined {
  const isRefused = frame.error !== undefined;
  const declared = [...OF_ALL, ...Object.keys(request.response.properties), ...(isRefused ? BESIDE_REFUSALS : [])];
  const undeclared = Object.keys(frame).filter((name) => !declared.includes(name));
  if (undeclared.length > 0) return `${request.responseName} has undeclared members: ${undeclared.join(", ")}`;
  if (isRefused) return undefined;
  const check = checkOf(request);
  if (check.Check(frame)) return undefined;
  const [first] = [...check.Errors(frame)];
  return `${request.responseName}${first?.path}: ${first?.message}: ${JSON.stringify(first?.value)}`;
}

/** What is in `error` that neither the request's definition nor the list of the server's own refusals has. */
function undocumented({ error }: Record<string, unknown>, request?: AnyRequest): string | undefined {
  const { detail, errorId, ...pairs } = (error ?? {}) as Record<string, unknown>;
  const known = [...generalRefusals, ...(request?.errors ?? [])];
  // Of a missing field, or one of a wrong type.
  const isOfFields = request !== undefined && String(detail).startsWith(`${request.name}: `);
  const strange = Object.entries(pairs).filter(([key, value]) => {
    const values = known.filter((refusal) => refusal.keys?.test(key) ?? refusal.key === key).map((one) => one.value);
    return !isSaid(value, isOfFields ? ["REQUIRED", "INVALID"] : values);
  });
  if (strange.length === 0) return undefined;
  return `${request?.name ?? "The server"} documents no ${JSON.stringify(Object.fromEntries(strange))}`;
}

/** A refusal's value is text, or an object that says it of its members, or has it as a member. */
function isSaid(value: unknown, values: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return values.includes(String(value));
  return Object.entries(value).every(([name, inner]) => values.includes(name) || isSaid(inner, values));
}

/** Whether a request that a client sends has scripts of its own. */
export function hasScriptsOf(cloudCode: Pick<CloudCode, "has">, sent: Record<string, unknown>): boolean {
  const request = requests.get(String(sent["@class"]).replace(/^\./, ""));
  if (!request) return false;
  const bound = request.boundScript?.(sent);
  const { name, responseName } = request;
  return (
    cloudCode.has("request", name) ||
    cloudCode.has("response", responseName) ||
    (bound !== undefined && cloudCode.has(bound.kind, bound.name))
  );
}
