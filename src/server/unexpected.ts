import { nanoid } from "nanoid";
import type { Place } from "../kernel/metrics.ts";
import type { Services } from "./call.ts";

/**
 * Logs and counts an unexpected error; returns its id. `about` must be small and contain nothing that a client sent.
 */
export function noteUnexpected(
  { log, metrics }: Pick<Services, "log" | "metrics">,
  place: Place,
  err: unknown,
  about: Record<string, unknown> = {},
): string {
  const errorId = nanoid(12);
  metrics.unexpected[place] += 1;
  log.error({ ...about, err, errorId, place }, "unexpected error");
  return errorId;
}
