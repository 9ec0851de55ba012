import { nanoid } from "nanoid";
import type { Place } from "../kernel/metrics.ts";
import type { Services } from "./call.ts";

/**
 * Notes an error that no code expected: one line in the log and one more in `/metrics`.
 * @param about must be small, and hold nothing that a client sent
 * @returns the id that the log line has, for the client
 */
export function noteUnexpected(
  { log, metrics }: Pick<Services, "log" | "metrics">,
  place: Place,
  err: unknown,
  about: Record<string, unknown> = {},
): string {
  const errorId = nanoid(12);
  metrics.unexpected[place] += 1;
  log.error({ ...about, err, errorId, place }, "an unexpected error");
  return errorId;
}
