import { invalid } from "../../problem.ts";
import { instant, timeOf } from "../fields.ts";

/** A client's clock may be late by this much. */
const SKEW_MS = 30_000;

export const scheduledFor = instant("When to publish, in UTC. In the future; up to 30 seconds ago counts as now.");

/** @throws ProblemError if it is in the past */
export function futureTime(text: string, now: number): number {
  const at = timeOf(text, "body", "scheduledFor");
  if (at < now - SKEW_MS) throw invalid("body", "scheduledFor", "Must be in the future.");
  return Math.max(at, now);
}
