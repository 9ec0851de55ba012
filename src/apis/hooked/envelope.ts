import { Type } from "@sinclair/typebox";
import type { SocialRefused } from "../../domains/social/index.ts";
import type { RequestError } from "../../errors.ts";
import type { Api } from "../api.ts";
import { ApiRefusal, KILLED, type Problem } from "../problem.ts";
import type { RouteError } from "../route.ts";

interface Refusal {
  status: number;
  code: string;
  message: string;
  details?: Readonly<Record<string, unknown>>;
  headers?: Record<string, string>;
}

export const errorSchema = Type.Object({
  code: Type.String({ description: "Stable. Programs rely on it." }),
  message: Type.String({ description: "For people. Its wording may change." }),
  details: Type.Record(Type.String(), Type.Unknown()),
});

/** What every route refuses. */
export const commonErrors: readonly RouteError[] = [
  { status: 400, code: "invalid_request", meaning: "A field is invalid: `details.field` and `details.issues`." },
  { status: 401, code: "unauthorized", meaning: "The key is missing, wrong, revoked, or of another stage." },
  { status: 403, code: "forbidden", meaning: "The key lacks `details.required_scope`." },
  { status: 413, code: "invalid_request", meaning: "The body is too large: `details.max_bytes`." },
  { status: 415, code: "invalid_request", meaning: "The body is not JSON." },
  { status: 429, code: "rate_limited", meaning: "The key's budget is used up. Retry-After has the seconds to wait." },
  { status: 500, code: "internal_error", meaning: "Nothing has changed. It is safe to try again." },
  { status: 503, code: "kill_switch", meaning: "The key, its organization or the API is stopped: `details.scope`." },
  { status: 503, code: "unavailable", meaning: "The server is stopping or busy. Nothing has changed. Try again." },
];

/** Success has `success: true`; a refusal has code, message and details and no `success`. */
export const refuse: Api["refuse"] = (problem) => {
  const { status, code, message, details = {}, headers = {} } = refusalOf(problem);
  return { status, headers, body: { code, message, details } };
};

function refusalOf(problem: Problem): Refusal {
  switch (problem.kind) {
    case "unauthenticated":
      return { status: 401, code: "unauthorized", message: "Send a valid API key in the header x-api-key." };
    case "forbidden scope": {
      const { scope } = problem;
      return forbidden(`The key needs the scope ${scope}.`, { required_scope: scope });
    }
    case "invalid": {
      const { issues } = problem;
      const [{ path: field, message } = { path: "", message: "The request is invalid." }] = issues;
      return invalidRequest(`${field}: ${message}`, { field, issues });
    }
    case "malformed body":
      return invalidRequest(problem.message);
    case "unsupported type":
      return { ...invalidRequest("Send the body as application/json."), status: 415 };
    case "too large": {
      const { maxBytes } = problem;
      return { ...invalidRequest(`The body exceeds ${maxBytes} bytes.`, { max_bytes: maxBytes }), status: 413 };
    }
    case "no route":
      return { status: 404, code: "not_found", message: "There is no such endpoint." };
    case "rate limited": {
      const details = { retry_after: problem.retryAfterSeconds };
      return { status: 429, code: "rate_limited", message: "Too many requests. See Retry-After.", details };
    }
    case "killed": {
      const { scope } = problem;
      return { status: 503, code: "kill_switch", message: KILLED[scope], details: { scope } };
    }
    case "key reused":
      return conflict("The same key was sent with another request.");
    case "stopping":
    case "busy":
      return { ...UNAVAILABLE, message: `The server is ${problem.kind}.` };
    case "failed":
      return { status: 500, code: "internal_error", message: "Try again.", details: { error_id: problem.errorId } };
    case "refused":
      return ofDomain(problem.error);
    case "guarded":
      return ofGuard(problem.error);
    case "own":
      return { ...problem.error, code: String(problem.error.code), message: problem.error.message };
  }
}

/** Nothing of this id exists for the key's team, or it is gone. */
export function notFound(id: string, type: "Integration" | "ScheduledPost" | "Video"): ApiRefusal {
  const details = { resource_id: id, resource_type: type };
  return new ApiRefusal(404, "not_found", `${type} not found.`, { details });
}

export function anotherTeams(): ApiRefusal {
  return new ApiRefusal(403, "forbidden", "It belongs to another team.");
}

export const refusalsOf = (type: "integration" | "post" | "video"): readonly RouteError[] => [
  { status: 403, code: "forbidden", meaning: `The ${type} belongs to another team: another project.` },
  { status: 404, code: "not_found", meaning: `There is no such ${type}: \`details.resource_id\`.` },
];

const UNAVAILABLE = { status: 503, code: "unavailable", headers: { "retry-after": "1" } } as const;

function ofDomain({ code, message, details }: SocialRefused): Refusal {
  if (code === "NOT_FOUND") return { status: 404, code: "not_found", message, details };
  if (code === "SUSPENDED") {
    return { status: 503, code: "kill_switch", message: KILLED.organization, details: { scope: "organization" } };
  }
  return conflict(message, details);
}

/** A player's link: `reason` is the error of the game's own SocialDisconnectRequest. */
function ofGuard({ pairs, refusals: [refusal] }: RequestError): Refusal {
  const message = refusal?.meaning ?? "The player's account does not allow it.";
  return conflict(message, { reason: pairs, ...(refusal && { cure: refusal.cure }) });
}

function invalidRequest(message: string, details: Record<string, unknown> = {}): Refusal {
  return { status: 400, code: "invalid_request", message, details };
}

function forbidden(message: string, details: Record<string, unknown> = {}): Refusal {
  return { status: 403, code: "forbidden", message, details };
}

function conflict(message: string, details: Readonly<Record<string, unknown>> = {}): Refusal {
  return { status: 409, code: "conflict", message, details };
}
