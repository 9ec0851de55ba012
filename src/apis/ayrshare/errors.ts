import { ApiRefusal } from "../problem.ts";
import type { RouteError } from "../route.ts";

/**
 * Ayrshare's own codes, besides those for what a network says (`ayrshareCodeOf`). A refusal that has none of them has its HTTP
 * status as its code.
 */
export const CODES = {
  UNAUTHENTICATED: 102,
  UNKNOWN_POST: 114,
  REPEATED_TEXT: 137,
  INSTAGRAM_MEDIA: 138,
  TITLE_TAKEN: 146,
  NOT_LINKED: 156,
  PLATFORM: 163,
  NO_HISTORY: 221,
  STILL_PRESENT: 382,
  ALREADY_DELETED: 383,
  X_CREDENTIALS_REQUIRED: 419,
} as const;

/** What every route refuses, for the reference. */
export const commonErrors: readonly RouteError[] = [
  { status: 400, code: 400, meaning: "The request is malformed; the message names the member." },
  { status: 403, code: CODES.UNAUTHENTICATED, meaning: "The API key is missing or not valid." },
  { status: 403, code: 403, meaning: "The Profile-Key is not valid, or the API key lacks a scope or was stopped." },
  { status: 404, code: 404, meaning: "The API has no such call." },
  { status: 413, code: 413, meaning: "The request is too large." },
  { status: 429, code: 429, meaning: "Too many requests. The header Retry-After says when to try again." },
  { status: 500, code: 500, meaning: "The server failed. The log has the error under `details.errorId`." },
  { status: 503, code: 503, meaning: "The server is stopping or busy. Nothing was done; try again." },
];

interface Extra {
  details?: Record<string, unknown>;
  beside?: Record<string, unknown>;
}

/** 400 with one of Ayrshare's codes, or with 400. */
export const refusal = (code: number, message: string, extra?: Extra) => new ApiRefusal(400, code, message, extra);

/** The state does not allow it. */
export const conflict = (message: string, extra?: Extra) => new ApiRefusal(409, 409, message, extra);

export const forbidden = (message: string, extra?: Extra) => new ApiRefusal(403, 403, message, extra);

/** The platforms are missing, empty or unknown. */
export const badPlatform = (message: string) => refusal(CODES.PLATFORM, message);

export const notLinked = (platform: string) =>
  `No ${platform} account is linked to this profile. Link one, or leave ${platform} out.`;
