import type { MongoClientOptions, TransactionOptions } from "mongodb";
import { StoreError } from "../errors.ts";

/**
 * Writes wait for a majority's journal and are retried once after a broken connection. Reads see what a majority has.
 * The selection timeout covers an election (10 to 12 s).
 */
export const CLIENT_OPTIONS: MongoClientOptions = {
  appName: "rekindle",
  retryWrites: true,
  retryReads: true,
  writeConcern: { w: "majority", journal: true, wtimeoutMS: 10_000 },
  readConcern: { level: "majority" },
  readPreference: "primary",
  ignoreUndefined: true,
  raw: false,
  promoteValues: true,
  promoteLongs: true,
  useBigInt64: false,
  bsonRegExp: false,
  forceServerObjectId: false,
  serverSelectionTimeoutMS: 15_000,
  connectTimeoutMS: 5_000,
  socketTimeoutMS: 60_000,
  waitQueueTimeoutMS: 10_000,
};

export const TRANSACTION_OPTIONS: TransactionOptions = {
  readConcern: { level: "snapshot" },
  writeConcern: { w: "majority", journal: true, wtimeoutMS: 10_000 },
  readPreference: "primary",
};

/** Connection string options that the store's guarantees depend on, and their only allowed values. */
const FIXED: Readonly<Record<string, string | undefined>> = {
  w: "majority",
  journal: "true",
  j: "true",
  wtimeoutms: "10000",
  wtimeout: "10000",
  readconcernlevel: "majority",
  readpreference: "primary",
  retrywrites: "true",
  retryreads: "true",
};

/** Refuses a connection string that would weaken durability or consistency. The message does not contain its values. */
export function refuseWeaker(url: string): void {
  const query = url.includes("?") ? url.slice(url.indexOf("?") + 1) : "";
  for (const [name, value] of new URLSearchParams(query)) {
    const wanted = FIXED[name.toLowerCase()];
    if (wanted === undefined || value.toLowerCase() === wanted) continue;
    const message =
      `The MongoDB connection string sets ${name.toLowerCase()} to something other than ${wanted}. The server could then ` +
      "lose acknowledged writes. Remove the option.";
    throw new StoreError("UNAVAILABLE", message);
  }
}
