import type { MongoClientOptions, TransactionOptions } from "mongodb";

/**
 * How the driver is set up. Writes wait for a majority, and are repeated once by the driver where a connection broke;
 * reads see what a majority has. An election of a new primary (10 to 12 s) passes within the selection time.
 */
export const CLIENT_OPTIONS: MongoClientOptions = {
  appName: "rekindle",
  retryWrites: true,
  retryReads: true,
  writeConcern: { w: "majority", wtimeoutMS: 10_000 },
  readConcern: { level: "majority" },
  readPreference: "primary",
  ignoreUndefined: true,
  promoteLongs: true,
  serverSelectionTimeoutMS: 15_000,
  connectTimeoutMS: 5_000,
  socketTimeoutMS: 60_000,
  waitQueueTimeoutMS: 10_000,
};

export const TRANSACTION_OPTIONS: TransactionOptions = {
  readConcern: { level: "snapshot" },
  writeConcern: { w: "majority", wtimeoutMS: 10_000 },
  readPreference: "primary",
};
