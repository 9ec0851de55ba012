import type { MongoClientOptions, TransactionOptions } from "mongodb";
import { StoreError } from "../errors.ts";

/**
 * How the driver is set up. Writes wait until a majority has them in its journal, and are repeated once by the driver
 * where a connection broke; reads see what a majority has. An election of a new primary (10 to 12 s) passes within the
 * selection time.
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

/** Options of a connection string that the store's promises rest on, and the one value that each may have. */
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

/** Refuses a connection string that would make writes less durable or reads less current. Its values are not repeated. */
export function refuseWeaker(url: string): void {
  const query = url.includes("?") ? url.slice(url.indexOf("?") + 1) : "";
  for (const [name, value] of new URLSearchParams(query)) {
    const wanted = FIXED[name.toLowerCase()];
    if (wanted === undefined || value.toLowerCase() === wanted) continue;
    const message =
      `The MongoDB connection string sets ${name.toLowerCase()} to something else than ${wanted}, by which the server ` +
      "could lose what it has acknowledged. Leave it out.";
    throw new StoreError("UNAVAILABLE", message);
  }
}
