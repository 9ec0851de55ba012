import { Worker } from "node:worker_threads";
import { StoreError } from "../../errors.ts";
import type { Reply, Request } from "./protocol.ts";
import { carryOut } from "./work.ts";

/**
 * An evaluator: a process that evaluates queries, updates and pipelines for the server, one request after the other. The
 * server ends it where it takes too long; the heap's limit ends it where it takes too much memory.
 */
const longestMs = Number(process.argv[2]);

/** When the request under way was begun, in milliseconds since 1970; 0: there is none. */
const began = new BigInt64Array(new SharedArrayBuffer(8));

/** Ends the process where the server that would is not there any more. */
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
    return { code: "BAD_OPERATION", message: `It cannot be evaluated: ${(error as Error).message}.`, details: {} };
  }
}
