export type StoreErrorCode =
  /** A unique index already contains the key. `details`: {index, key}. */
  | "DUPLICATE_KEY"
  /** The filter, update, pipeline or document is invalid or not supported. */
  | "BAD_OPERATION"
  | "DOCUMENT_TOO_LARGE"
  | "INDEX_CONFLICT"
  | "TRANSACTION_TIMEOUT"
  /** Conflicts or lost connections persisted until the engine's timeout. Safe to retry. */
  | "TRANSACTION_FAILED"
  | "NEWER_SCHEMA"
  /** The embedded store's file is damaged. Writes are refused, and reads fail if they hit the damage. */
  | "DAMAGED"
  /**
   * The database is unreachable or closed. With maybeDone: true in `details`, a write may have succeeded. With isInUse:
   * true, another process has the file.
   */
  | "UNAVAILABLE";

/** The error of every engine. `retryable` means that the same call may succeed later. */
export class StoreError extends Error {
  override name = "StoreError";
  readonly code: StoreErrorCode;
  readonly details: Record<string, unknown>;

  constructor(code: StoreErrorCode, message: string, details: Record<string, unknown> = {}, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.details = details;
  }

  get retryable(): boolean {
    return this.code === "UNAVAILABLE" || this.code === "TRANSACTION_FAILED" || this.code === "TRANSACTION_TIMEOUT";
  }
}

const REFUSALS: readonly StoreErrorCode[] = ["DUPLICATE_KEY", "BAD_OPERATION", "DOCUMENT_TOO_LARGE"];

/** Whether a write can never succeed, however often it is retried. */
export function isRefusal(error: unknown): error is StoreError {
  return error instanceof StoreError && REFUSALS.includes(error.code);
}

export function isDuplicateKey(error: unknown): error is StoreError {
  return error instanceof StoreError && error.code === "DUPLICATE_KEY";
}
