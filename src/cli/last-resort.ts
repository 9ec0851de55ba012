import type { Services } from "../server/call.ts";
import { noteUnexpected } from "../server/unexpected.ts";

/**
 * Keeps the process alive when an error was caught nowhere: the error is logged and counted, and the players stay
 * connected. Each such error is a bug, as its own socket or request should have ended with it.
 */
export function installLastResort(services: Pick<Services, "log" | "metrics">): void {
  // Unhandled rejections arrive here too.
  process.on("uncaughtException", (error) => noteUnexpected(services, "process", error));
}
