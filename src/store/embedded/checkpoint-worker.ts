import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";

/** A thread that copies the write-ahead log into the database file on request. */
const database = new DatabaseSync(workerData as string, { timeout: 0 });
database.exec("PRAGMA wal_autocheckpoint = 0");
const checkpoint = database.prepare("PRAGMA wal_checkpoint(PASSIVE)");

parentPort!.on("message", () => {
  try {
    parentPort!.postMessage(checkpoint.get());
  } catch (error) {
    parentPort!.postMessage({ error: (error as Error).message });
  }
});
