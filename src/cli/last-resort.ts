import { TokenBucket } from "limiter";
import type { Services } from "../server/call.ts";
import { noteUnexpected } from "../server/unexpected.ts";

/** Log lines at once, and then a second. */
const LINES = { bucketSize: 20, tokensPerInterval: 1, interval: 1000 };

/**
 * Keeps the process alive when an error was caught nowhere: the error is logged and counted, and the players stay
 * connected. Each such error is a bug, as its own socket or request should have ended with it. Lines are few however many
 * errors there are: a log that cannot be written, such as on a full disk, is an error that gets here too.
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
