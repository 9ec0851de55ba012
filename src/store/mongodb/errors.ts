import {
  MongoAPIError,
  MongoBulkWriteError,
  MongoError,
  MongoInvalidArgumentError,
  MongoNetworkError,
  MongoOperationTimeoutError,
  type MongoServerError,
  MongoSystemError,
} from "mongodb";
import { StoreError, type StoreErrorCode } from "../errors.ts";

/** The codes of MongoDB's documentation ("Error Codes") that mean something else than a bad operation. */
const CODES = new Map<number, StoreErrorCode>([
  ...codes("DUPLICATE_KEY", [11000, 11001, 12582]),
  ...codes("DOCUMENT_TOO_LARGE", [10334, 17419, 17420]),
  ...codes("INDEX_CONFLICT", [85, 86]),
  /** WriteConflict, NoSuchTransaction, SnapshotUnavailable, LockTimeout, TransactionTooOld, TransactionAborted. */
  ...codes("TRANSACTION_FAILED", [112, 251, 246, 24, 225, 263]),
  /** Not reachable, not the primary, stepping down, shutting down, no majority, out of time, cursor lost. */
  ...codes("UNAVAILABLE", [6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436, 133, 10058, 134]),
  ...codes("UNAVAILABLE", [64, 79, 100, 50, 43, 237, 175, 202, 211, 317, 384, 46, 11601]),
  /** Unauthorized, AuthenticationFailed, and Atlas' own; OutOfDiskSpace. */
  ...codes("UNAVAILABLE", [13, 18, 8000, 14031]),
]);

function codes(name: StoreErrorCode, numbers: number[]): [number, StoreErrorCode][] {
  return numbers.map((number) => [number, name]);
}

/** What the driver threw as the store's own error; what is not of the driver stays as it is. */
export function toStoreError(error: unknown, collection: string): unknown {
  if (error instanceof StoreError) return error;
  if (!(error instanceof MongoError)) return fromClient(error);
  const code = codeOf(error);
  if (code === "DUPLICATE_KEY") return duplicate(error as MongoServerError, collection);
  const details: Record<string, unknown> = {};
  if (code === "UNAVAILABLE") details.maybeDone = true;
  return new StoreError(code, describe(code, error), details, error);
}

function codeOf(error: MongoError): StoreErrorCode {
  if (error.hasErrorLabel("UnknownTransactionCommitResult")) return "UNAVAILABLE";
  if (error.hasErrorLabel("TransientTransactionError")) return "TRANSACTION_FAILED";
  if (isUnreachable(error)) return "UNAVAILABLE";
  if (/too large|larger than the maximum/i.test(error.message)) return "DOCUMENT_TOO_LARGE";
  return CODES.get(Number(error.code)) ?? "BAD_OPERATION";
}

function isUnreachable(error: MongoError): boolean {
  if (error instanceof MongoNetworkError || error instanceof MongoSystemError) return true;
  if (error instanceof MongoOperationTimeoutError || error.hasErrorLabel("RetryableWriteError")) return true;
  if (error.name === "MongoWaitQueueTimeoutError") return true;
  return (
    error instanceof MongoAPIError && /NotConnected|ServerClosed|TopologyClosed|ClientClosed|Expired/.test(error.name)
  );
}

/** BSON refuses values before anything is sent; a RangeError is a document nested too deep for it. */
function fromClient(error: unknown): unknown {
  const { name, message } = error as Error;
  if (/^BSON/.test(name) || (error instanceof RangeError && /call stack/.test(message))) {
    return new StoreError("BAD_OPERATION", `The database refused the operation: ${message}`, {}, error);
  }
  return error;
}

function duplicate(error: MongoServerError, collection: string): StoreError {
  const first = error instanceof MongoBulkWriteError ? [error.writeErrors].flat()[0] : undefined;
  const text = first?.errmsg ?? error.message;
  const index = / index: (?:\S+\.\$)?(\S+) dup key/.exec(text)?.[1] ?? "";
  const key = error.keyValue ?? (index === "_id_" ? { _id: operationOf(first)._id } : {});
  const message = `"${collection}" already has a document with the same key in its index ${index}.`;
  return new StoreError("DUPLICATE_KEY", message, { index, key }, error);
}

function operationOf(error: unknown): { _id?: unknown } {
  return (error as { err?: { op?: { _id?: unknown } } } | undefined)?.err?.op ?? {};
}

function describe(code: StoreErrorCode, error: MongoError): string {
  const message = withoutCredentials(error.message);
  switch (code) {
    case "UNAVAILABLE":
      return `MongoDB cannot carry out the operation now: ${message}`;
    case "TRANSACTION_FAILED":
      return `The transaction met conflicts or lost its connection, and was undone: ${message}`;
    case "DOCUMENT_TOO_LARGE":
      return `The document is over MongoDB's limit of 16 MB: ${message}`;
    case "INDEX_CONFLICT":
      return `The index exists with another key, name or options. Drop it first. (${message})`;
    default:
      return `MongoDB refused the operation: ${message}`;
  }
}

/** Driver messages seldom hold the connection string; where one does, its user and password are taken out. */
export function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/@\s]*@/g, "//");
}

/** Whether a transaction that met this error is to be run again. */
export function isTransient(error: unknown): error is MongoError {
  return (
    error instanceof MongoError &&
    !(error instanceof MongoInvalidArgumentError) &&
    error.hasErrorLabel("TransientTransactionError")
  );
}
