import {
  type Collection,
  MongoAPIError,
  MongoBulkWriteError,
  MongoError,
  MongoInvalidArgumentError,
  MongoNetworkError,
  MongoOperationTimeoutError,
  type MongoServerError,
  MongoSystemError,
  type WriteError,
} from "mongodb";
import { StoreError, type StoreErrorCode } from "../errors.ts";
import type { Document } from "../store.ts";

/** MongoDB's error codes (`src/mongo/base/error_codes.yml`). Unlisted codes are BAD_OPERATION. */
const CODES = new Map<number, StoreErrorCode>([
  ...codes("DUPLICATE_KEY", [11000, 11001, 12582]),
  /** BSONObjectTooLarge, and updates that make a document too large. */
  ...codes("DOCUMENT_TOO_LARGE", [10334, 17419, 17420]),
  ...codes("INDEX_CONFLICT", [85, 86]),
  /** TransactionExceededLifetimeLimitSeconds. */
  ...codes("TRANSACTION_TIMEOUT", [290]),
  /** LockTimeout, WriteConflict, TransactionTooOld, NoSuchTransaction, PreparedTransactionInProgress. */
  ...codes("TRANSACTION_FAILED", [24, 112, 225, 251, 267]),
  /** SnapshotTooOld, SnapshotUnavailable, StaleChunkHistory, MigrationConflict. */
  ...codes("TRANSACTION_FAILED", [239, 246, 250, 272]),
  /** Unreachable, not the primary, stepping down, shutting down. */
  ...codes("UNAVAILABLE", [6, 7, 89, 91, 133, 189, 216, 317, 384, 9001, 10058, 10107, 11600, 11602, 13435, 13436]),
  /** No majority, timeout, interrupted, killed, cursor lost. */
  ...codes("UNAVAILABLE", [43, 46, 50, 64, 79, 100, 134, 175, 202, 211, 237, 262, 279, 314, 355, 11601, 46841]),
  /** Another operation on the collection or its indexes is in progress. */
  ...codes("UNAVAILABLE", [117, 215, 276, 285, 453, 12586, 12587, 91331]),
  /** TemporarilyUnavailable, UserWritesBlocked, ResourceExhausted and other codes for an overloaded server. */
  ...codes("UNAVAILABLE", [365, 371, 402, 407, 433, 449, 450, 462]),
  /** Unauthorized, AuthenticationFailed, ReauthenticationRequired, Atlas' own codes, OutOfDiskSpace. */
  ...codes("UNAVAILABLE", [13, 18, 391, 8000, 14031]),
]);

const TOO_LARGE = /^Document is larger than the maximum size \d+$/;

function codes(name: StoreErrorCode, numbers: number[]): [number, StoreErrorCode][] {
  return numbers.map((number) => [number, name]);
}

/** Converts the driver's errors to StoreError; returns other errors unchanged. */
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
  if (TOO_LARGE.test(error.message)) return "DOCUMENT_TOO_LARGE";
  return CODES.get(Number(error.code)) ?? "BAD_OPERATION";
}

function isUnreachable(error: MongoError): boolean {
  if (error instanceof MongoNetworkError || error instanceof MongoSystemError) return true;
  if (error instanceof MongoOperationTimeoutError) return true;
  if (error.hasErrorLabel("RetryableWriteError") || error.hasErrorLabel("SystemOverloadedError")) return true;
  if (error.name === "MongoWaitQueueTimeoutError") return true;
  return (
    error instanceof MongoAPIError && /NotConnected|ServerClosed|TopologyClosed|ClientClosed|Expired/.test(error.name)
  );
}

/** BSON rejects values before sending. A RangeError means that a document is nested too deep. */
function fromClient(error: unknown): unknown {
  const { name, message } = error as Error;
  if (/^BSON/.test(name) || (error instanceof RangeError && /call stack/.test(message))) {
    return new StoreError("BAD_OPERATION", `The database rejected the operation: ${message}`, {}, error);
  }
  return error;
}

function duplicate(error: MongoServerError & { [KEY]?: Document }, collection: string): StoreError {
  const text = error instanceof MongoBulkWriteError ? (firstOf(error)?.errmsg ?? error.message) : error.message;
  const index = indexIn(text);
  const key = error.keyValue ?? error[KEY] ?? {};
  const message = `"${collection}" already has a document with the same key in its index ${index}.`;
  return new StoreError("DUPLICATE_KEY", message, { index, key }, error);
}

const KEY = Symbol("key");

/**
 * For bulk writes the driver does not report the duplicate key. It is derived from the failed operation, which costs a
 * read of the indexes. Computed values are omitted.
 */
export function withKeys(collection: Collection): (error: unknown) => Promise<never> {
  return async (error) => {
    const first = error instanceof MongoBulkWriteError && error.code === 11000 ? firstOf(error) : undefined;
    if (first === undefined) throw error;
    const name = indexIn(first.errmsg ?? "");
    const fields = name === "_id_" ? ["_id"] : await collection.indexes().then(fieldsOf(name), (): string[] => []);
    const given = fields.map((field) => [field, valueGiven(first.err.op as Document, field)]);
    Object.assign(error as object, { [KEY]: Object.fromEntries(given.filter(([, value]) => value !== undefined)) });
    throw error;
  };
}

const fieldsOf = (name: string) => (indexes: { name?: string; key: object }[]) =>
  Object.keys(indexes.find((index) => index.name === name)?.key ?? {});

function firstOf(error: MongoBulkWriteError): WriteError | undefined {
  return [error.writeErrors].flat()[0];
}

function indexIn(text: string): string {
  return / index: (?:\S+\.\$)?(\S+) dup key/.exec(text)?.[1] ?? "";
}

/** The value that an operation of a bulk write has for a member, from its document or its update. */
function valueGiven({ q, u, ...others }: Document, path: string): unknown {
  if (typeof u !== "object" || u === null || "_id" in others) return valueAt({ q, u, ...others }, path);
  const { $set, $setOnInsert } = u as Document;
  for (const members of [$set, $setOnInsert, q]) {
    if (typeof members === "object" && members !== null && Object.hasOwn(members, path)) {
      return (members as Document)[path];
    }
  }
  return Object.keys(u).some((name) => name.startsWith("$")) ? undefined : valueAt(u as Document, path);
}

function valueAt(document: Document, path: string): unknown {
  let value: unknown = document;
  for (const name of path.split(".")) value = (value as Document | null | undefined)?.[name];
  return value ?? null;
}

/** Refuses a read that exceeded its time limit, since a retry would take as long. */
export async function refuseTooSlow<R>(read: Promise<R>, maxTimeMs: number | undefined): Promise<R> {
  try {
    return await read;
  } catch (error) {
    if (maxTimeMs === undefined || (error as { code?: unknown }).code !== MAX_TIME_EXPIRED) throw error;
    const message = `The query took longer than ${maxTimeMs} ms. Request less data, or use an index.`;
    throw new StoreError("BAD_OPERATION", message, {}, error);
  }
}

const MAX_TIME_EXPIRED = 50;

function describe(code: StoreErrorCode, error: MongoError): string {
  const message = withoutCredentials(error.message);
  switch (code) {
    case "UNAVAILABLE":
      return `MongoDB is not available: ${message}`;
    case "TRANSACTION_TIMEOUT":
      return `The transaction took longer than the server allows and was rolled back: ${message}`;
    case "TRANSACTION_FAILED":
      return `The transaction had conflicts or lost its connection and was rolled back: ${message}`;
    case "DOCUMENT_TOO_LARGE":
      return `The document exceeds MongoDB's limit of 16 MB: ${message}`;
    case "INDEX_CONFLICT":
      return `The index exists with another key, name or options. Drop it first. (${message})`;
    default:
      return `MongoDB rejected the operation: ${message}`;
  }
}

/** Removes user and password in case a driver message contains the connection string. */
export function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/@\s]*@/g, "//");
}

export function isTransient(error: unknown): error is MongoError {
  return (
    error instanceof MongoError &&
    !(error instanceof MongoInvalidArgumentError) &&
    error.hasErrorLabel("TransientTransactionError")
  );
}
