import { Type } from "@sinclair/typebox";
import type { SocialRefused } from "../../domains/social/index.ts";
import type { RequestError } from "../../errors.ts";
import type { Api } from "../api.ts";
import { KILLED, type Problem } from "../problem.ts";
import type { RouteError } from "../route.ts";

interface Refusal {
  status: number;
  code: string | number;
  message: string;
  details?: Readonly<Record<string, unknown>>;
  headers?: Record<string, string>;
}

export const errorSchema = Type.Object({
  error: Type.Object({
    code: Type.String({ description: "Stable. Programs rely on it." }),
    message: Type.String({ description: "For people. Its wording may change." }),
    requestId: Type.String({ description: "Also in the header x-request-id and in the audit log." }),
    details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  }),
});

/** What every route refuses. */
export const commonErrors: readonly RouteError[] = [
  { status: 400, code: "VALIDATION", meaning: "An id in the path is malformed, or the request cannot be read." },
  { status: 401, code: "UNAUTHENTICATED", meaning: "The key is missing, wrong, revoked, or of another stage." },
  { status: 403, code: "FORBIDDEN_SCOPE", meaning: "The key lacks `details.requiredScope`." },
  {
    status: 404,
    code: "NOT_FOUND",
    meaning: "Nothing of this id exists in the key's organization. Another organization's objects are treated alike.",
  },
  {
    status: 409,
    code: "IDEMPOTENCY_CONFLICT",
    meaning: "The Idempotency-Key was sent with another request within 24 hours.",
  },
  { status: 413, code: "VALIDATION", meaning: "The body is too large: `details.maxBytes`." },
  { status: 415, code: "VALIDATION", meaning: "The body is not JSON." },
  { status: 422, code: "VALIDATION", meaning: "Fields, query or headers are invalid: `details.issues`." },
  { status: 429, code: "RATE_LIMITED", meaning: "The key's budget is used up. Retry-After has the seconds to wait." },
  { status: 500, code: "INTERNAL", meaning: "Nothing has changed. It is safe to try again." },
  { status: 503, code: "KILL_SWITCH", meaning: "The key, its organization or the API is stopped: `details.scope`." },
  { status: 503, code: "INTERNAL", meaning: "The server is stopping or busy. Nothing has changed. Try again." },
];

export const refuse: Api["refuse"] = (problem, { requestId }) => {
  const { status, code, message, details, headers = {} } = refusalOf(problem);
  return { status, headers, body: { error: { code, message, requestId, ...(details && { details }) } } };
};

function refusalOf(problem: Problem): Refusal {
  switch (problem.kind) {
    case "unauthenticated":
      return { status: 401, code: "UNAUTHENTICATED", message: "Send a valid API key as Authorization: Bearer lp_…" };
    case "forbidden scope":
      return {
        status: 403,
        code: "FORBIDDEN_SCOPE",
        message: `The key needs the scope ${problem.scope}.`,
        details: { requiredScope: problem.scope },
      };
    case "invalid": {
      const details = { issues: problem.issues };
      const message = `The ${problem.part} is invalid.`;
      return { status: problem.part === "path" ? 400 : 422, code: "VALIDATION", message, details };
    }
    case "malformed body":
      return { status: 400, code: "VALIDATION", message: problem.message };
    case "unsupported type":
      return { status: 415, code: "VALIDATION", message: "Send the body as application/json." };
    case "too large": {
      const { maxBytes } = problem;
      return { status: 413, code: "VALIDATION", message: `The body exceeds ${maxBytes} bytes.`, details: { maxBytes } };
    }
    case "no route":
      return { status: 404, code: "NOT_FOUND", message: "There is no such endpoint." };
    case "rate limited":
      return { status: 429, code: "RATE_LIMITED", message: "Too many requests. See Retry-After." };
    case "killed": {
      const { scope } = problem;
      return { status: 503, code: "KILL_SWITCH", message: KILLED[scope], details: { scope } };
    }
    case "key reused":
      return {
        status: 409,
        code: "IDEMPOTENCY_CONFLICT",
        message: "This Idempotency-Key was sent with another request.",
      };
    case "stopping":
      return { ...INTERNAL, status: 503, message: "The server is stopping.", headers: { "retry-after": "1" } };
    case "busy":
      return { ...INTERNAL, status: 503, message: "The server is busy.", headers: { "retry-after": "1" } };
    case "failed":
      return { ...INTERNAL, message: "Nothing has changed. Try again.", details: { errorId: problem.errorId } };
    case "refused":
      return ofDomain(problem.error);
    case "guarded":
      return ofGuard(problem.error);
    case "own":
      return { ...problem.error, message: problem.error.message };
  }
}

const INTERNAL = { status: 500, code: "INTERNAL" } as const;

function ofDomain({ code, message, details }: SocialRefused): Refusal {
  const beside = Object.keys(details).length > 0 ? { details } : {};
  if (code === "NOT_FOUND") return { status: 404, code: "NOT_FOUND", message, ...beside };
  if (code === "SUSPENDED") {
    return { status: 503, code: "KILL_SWITCH", message: KILLED.organization, details: { scope: "organization" } };
  }
  return { status: 409, code: "CONFLICT", message, ...beside };
}

/** A player's link: `reason` is the error of the game's own SocialDisconnectRequest. */
function ofGuard({ pairs, refusals: [refusal] }: RequestError): Refusal {
  const message = refusal?.meaning ?? "The player's account does not allow it.";
  return { status: 409, code: "CONFLICT", message, details: { reason: pairs, ...(refusal && { cure: refusal.cure }) } };
}
