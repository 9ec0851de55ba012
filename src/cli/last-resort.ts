import { TokenBucket } from "limiter";
import type { Services } from "../server/call.ts";
import { noteUnexpected } from "../server/unexpected.ts";

/** Rate limit of log lines: a burst of 20, then one per second. */
const LINES = { bucketSize: 20, tokensPerInterval: 1, interval: 1000 };

/**
 * Logs and counts an uncaught error and keeps the process running. Every such error is a bug. Log lines are
 * rate-limited, because a failing log (such as a full disk) raises errors that arrive here too.
 */
export function installLastResort(services: Pick<Services, "log" | "metrics">): void {
  const lines = new TokenBucket(LINES);
  lines.content = LINES.bucketSize;
  // Unhandled rejections arrive here too.
  process.on("uncaughtException", (error) => {
    if (lines.tryRemoveTokens(1)) noteUnexpected(services, "process", error);
    else services.metrics.unexpected.process += 1;
  });
}
