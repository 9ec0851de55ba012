import { PasswordsBusy } from "../../domains/accounts/index.ts";
import { AdminRefused } from "../../domains/admins/index.ts";
import { SocialRefused } from "../../domains/social/index.ts";
import { StoreError } from "../../store/errors.ts";
import { type Issue, ProblemError } from "../problem.ts";
import { OperationRefused } from "./operation.ts";

export interface OperationRefusal {
  status: number;
  code: string;
  message: string;
  issues?: readonly Issue[];
  errorId?: string;
}

/** What `/admin/` and the console answer to an error. @param onUnexpected logs it and returns its id */
export function refusalOf(error: unknown, onUnexpected: (error: unknown) => string): OperationRefusal {
  if (error instanceof ProblemError) {
    const { problem } = error;
    if (problem.kind === "invalid") {
      return { status: 400, code: "INVALID", message: "Invalid arguments.", issues: problem.issues };
    }
    const message = problem.kind === "malformed body" ? problem.message : "Invalid request.";
    return { status: 400, code: "INVALID", message };
  }
  if (error instanceof OperationRefused) {
    return { status: error.code === "ROLE" ? 403 : 409, code: error.code, message: error.message };
  }
  if (error instanceof SocialRefused) return { status: 409, code: error.code, message: error.message };
  if (error instanceof AdminRefused) return { status: 409, code: "REFUSED", message: error.message };
  if (error instanceof PasswordsBusy) {
    return { status: 503, code: "BUSY", message: "Too many passwords are being hashed. Try again in a moment." };
  }
  if (error instanceof StoreError && (error.retryable || error.code === "DAMAGED")) {
    return { status: 503, code: "STORE", message: error.message };
  }
  // A library's, such as a body that is too large.
  const { statusCode = 500 } = (error ?? {}) as { statusCode?: number };
  if (statusCode < 500) return { status: statusCode, code: "INVALID", message: "The request cannot be read." };
  const errorId = onUnexpected(error);
  return { status: 500, code: "INTERNAL", message: `Unexpected error. The log has it under ${errorId}.`, errorId };
}
