import { Type } from "@sinclair/typebox";
import type { SocialRefused } from "../../domains/social/index.ts";
import type { RequestError } from "../../errors.ts";
import type { Issue, Problem } from "../problem.ts";
import type { AnyRoute } from "../route.ts";
import { CODES } from "./errors.ts";

/** The member `action` of refusals, by the route's name. */
const ACTIONS: Record<string, string> = {
  createPost: "post",
  updatePost: "update",
  retryPost: "post",
  validatePost: "validate",
  getPost: "history",
  listHistory: "history",
  deletePost: "delete",
  unlinkSocial: "unlink",
  createProfile: "create",
  listProfiles: "profiles",
  updateProfile: "update",
  deleteProfile: "delete",
  getUser: "user",
  registerWebhook: "webhook",
  listWebhooks: "webhook",
  deleteWebhook: "webhook",
  generateJwt: "generateJWT",
  createLinkSession: "link-sessions",
  revokeLinkSession: "link-sessions",
};

export const errorSchema = Type.Object(
  {
    action: Type.Optional(Type.String({ description: "What was refused, such as post, delete or unlink." })),
    status: Type.Literal("error"),
    code: Type.Optional(
      Type.Integer({
        description:
          "Ayrshare's code, or the HTTP status. A post that some networks refused has one in each of `errors`.",
      }),
    ),
    message: Type.Optional(Type.String()),
    details: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: Type.Unknown() },
);

interface Described {
  status: number;
  code?: string | number;
  action?: string;
  message: string;
  details?: Readonly<Record<string, unknown>>;
  beside?: Readonly<Record<string, unknown>>;
}

/** Status and body of a refusal: `{action, status: "error", code, message, details?}`. */
export function refuse(
  problem: Problem,
  { route }: { route: AnyRoute | undefined },
): { status: number; body: Record<string, unknown> } {
  const { status, code = status, message, details = {}, beside, ...own } = describe(problem);
  const action = own.action ?? (route && ACTIONS[route.name]) ?? "request";
  const hasDetails = Object.keys(details).length > 0;
  return { status, body: { action, status: "error", code, message, ...(hasDetails && { details }), ...beside } };
}

function describe(problem: Problem): Described {
  switch (problem.kind) {
    case "unauthenticated": {
      const message = "The API key is missing or not valid. Send the header Authorization: Bearer API_KEY.";
      return { status: 403, code: CODES.UNAUTHENTICATED, action: "authorization", message };
    }
    case "forbidden scope": {
      const { scope } = problem;
      return { status: 403, message: `The API key lacks the scope ${scope}.`, details: { requiredScope: scope } };
    }
    case "killed": {
      const { scope } = problem;
      return { status: 403, message: `Calls are switched off for this ${scope}.`, details: { scope } };
    }
    case "invalid":
      return invalid(problem.issues);
    case "malformed body":
      return { status: 400, message: problem.message };
    case "unsupported type":
      return { status: 400, message: "The body must be JSON. Send the header Content-Type: application/json." };
    case "too large":
      return { status: 413, message: `The request is larger than ${problem.maxBytes} bytes.` };
    case "no route":
      return { status: 404, message: "The API has no such call." };
    case "rate limited":
      return { status: 429, message: `Too many requests. Try again in ${problem.retryAfterSeconds} s.` };
    case "key reused":
      return { status: 409, message: "The key was used for another request." };
    case "stopping":
      return { status: 503, message: "The server is stopping. Nothing was done; try again." };
    case "busy":
      return { status: 503, message: "The server is busy. Nothing was done; try again." };
    case "failed":
      return { status: 500, message: "The server failed.", details: { errorId: problem.errorId } };
    case "refused":
      return refused(problem.error);
    case "guarded":
      return guarded(problem.error);
    case "own": {
      const { status, code, message, details, beside } = problem.error;
      return { status, code, message, details, beside };
    }
  }
}

function invalid(issues: readonly Issue[]): Described {
  const [first = { path: "", message: "The request is not valid." }] = issues;
  const isPlatform = issues.some(({ path }) => /^platforms?(\.|$)/.test(path));
  const message = first.path === "" ? first.message : `${first.path}: ${first.message}`;
  return { status: 400, ...(isPlatform && { code: CODES.PLATFORM }), message, details: { issues } };
}

/** A player who could no longer log in. The reason is as the game's own protocol has it. */
function guarded({ pairs, refusals }: RequestError): Described {
  const [refusal] = refusals;
  const details = { reason: pairs, ...(refusal && { cure: refusal.cure }) };
  return { status: 409, message: refusal?.meaning ?? "The player's account cannot be unlinked.", details };
}

/** Those that a route does not describe itself. */
function refused({ code, message, details }: SocialRefused): Described {
  switch (code) {
    case "NOT_FOUND":
      return { status: 404, message, details };
    case "NOT_CONNECTED":
      return { status: 400, code: CODES.NOT_LINKED, message, details };
    case "ALREADY_DELETED":
      return { status: 400, code: CODES.ALREADY_DELETED, message, details };
    case "SUSPENDED":
      return { status: 403, message, details };
    case "CONFLICT":
    case "DUPLICATE":
      return { status: 409, message, details };
  }
}
