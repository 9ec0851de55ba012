export type StoreErrorCode =
  /** A unique index already holds the key. `details`: {index, key}. */
  | "DUPLICATE_KEY"
  /** The filter, update, pipeline or document is not one the store can carry out. */
  | "BAD_OPERATION"
  /** Over 16 MB. */
  | "DOCUMENT_TOO_LARGE"
  /** The index exists with other options. */
  | "INDEX_CONFLICT"
  | "TRANSACTION_TIMEOUT"
  /** Conflicts or lost connections did not end within the engine's bound; safe to try again. */
  | "TRANSACTION_FAILED"
  /** The file was written by a newer version of the server. */
  | "NEWER_SCHEMA"
  /** The embedded store's file is damaged: it takes no more writes, and reads fail where they meet the damage. */
  | "DAMAGED"
  /**
   * The database cannot be reached, or is closed. A write that ends so may have been done all the same where `details`
   * has maybeDone: true.
   */
  | "UNAVAILABLE";

/** What every engine throws. `retryable` says that the same call may succeed later. */
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

/** Whether what was to be written cannot be kept, however often it is tried. */
export function isRefusal(error: unknown): error is StoreError {
  return error instanceof StoreError && REFUSALS.includes(error.code);
}

export function isDuplicateKey(error: unknown): error is StoreError {
  return error instanceof StoreError && error.code === "DUPLICATE_KEY";
}
