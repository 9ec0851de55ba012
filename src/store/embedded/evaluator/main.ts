import { Worker } from "node:worker_threads";
import { StoreError } from "../../errors.ts";
import type { Reply, Request } from "./protocol.ts";
import { carryOut } from "./work.ts";

/**
 * An evaluator process. The server kills it if it takes too long; the heap limit ends it if it uses too much memory.
 */
const longestMs = Number(process.argv[2]);

/** Start time of the current request in milliseconds since 1970; 0 if there is none. */
const began = new BigInt64Array(new SharedArrayBuffer(8));

/** Kills the process on a timeout in case the server no longer exists. */
const KEEPER = `
const { workerData: { began, longestMs } } = require("node:worker_threads");
setInterval(() => {
  const at = Number(Atomics.load(began, 0));
  if (at > 0 && Date.now() - at > longestMs) process.kill(process.pid, "SIGKILL");
}, 500);`;
new Worker(KEEPER, { eval: true, workerData: { began, longestMs }, resourceLimits: { maxOldGenerationSizeMb: 8 } });

process.on("disconnect", () => process.exit(0));
process.on("message", (request: Request) => {
  Atomics.store(began, 0, BigInt(Date.now()));
  const reply = answer(request);
  Atomics.store(began, 0, 0n);
  process.send!(reply);
});

process.send!("ready");

function answer(request: Request): Reply {
  try {
    return { result: carryOut(request) };
  } catch (error) {
    if (error instanceof StoreError) return { code: error.code, message: error.message, details: error.details };
    return { code: "BAD_OPERATION", message: `Evaluation failed: ${(error as Error).message}.`, details: {} };
  }
}
