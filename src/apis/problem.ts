import type { SocialRefused } from "../domains/social/index.ts";
import type { RequestError } from "../errors.ts";

/** Where in a request something is wrong. */
export type Part = "path" | "query" | "body" | "header";

export interface Issue {
  /** Members joined by dots, such as targets.0.mode; "" for the whole part. */
  path: string;
  /** What is wrong, in a sentence that does not quote the value. */
  message: string;
}

/** Why a request is refused before or by its handler. Each API gives it its own status, code and envelope. */
export type Problem =
  | { kind: "unauthenticated" }
  | { kind: "forbidden scope"; scope: string }
  | { kind: "invalid"; part: Part; issues: readonly Issue[] }
  | { kind: "malformed body"; message: string }
  | { kind: "unsupported type" }
  | { kind: "too large"; maxBytes: number }
  | { kind: "no route" }
  /** @param retryAfterSeconds at least 1 */
  | { kind: "rate limited"; retryAfterSeconds: number }
  | { kind: "killed"; scope: "key" | "organization" | "global" }
  | { kind: "key reused" }
  | { kind: "stopping" }
  | { kind: "busy" }
  | { kind: "failed"; errorId: string }
  /** A rule of the social domain refused. */
  | { kind: "refused"; error: SocialRefused }
  /** A guard of a player's link refused: `error.pairs`, such as {password: "NOT_SET"}. */
  | { kind: "guarded"; error: RequestError }
  /** The handler refused in the API's own terms. */
  | { kind: "own"; error: ApiRefusal };

/** A refusal in the terms of one API: what its envelope has. */
export class ApiRefusal extends Error {
  override name = "ApiRefusal";
  readonly status: number;
  readonly code: string | number;
  readonly details: Readonly<Record<string, unknown>>;
  /** Members of the response's body beside the envelope's own. */
  readonly beside: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    code: string | number,
    message: string,
    { details = {}, beside = {} }: { details?: Record<string, unknown>; beside?: Record<string, unknown> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
    this.beside = beside;
  }
}

/** Thrown where a request is read. */
export class ProblemError extends Error {
  override name = "ProblemError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.kind);
    this.problem = problem;
  }
}

export function invalid(part: Part, path: string, message: string): ProblemError {
  return new ProblemError({ kind: "invalid", part, issues: [{ path, message }] });
}

/** What stops a key, by the scope of its switch. */
export const KILLED = {
  key: "The key was killed.",
  organization: "The organization is suspended.",
  global: "The API is switched off.",
} as const;
