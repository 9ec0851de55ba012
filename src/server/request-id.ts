import type { Frame } from "./frames.ts";

/** Longer than any SDK makes them. */
export const MAX_REQUEST_ID_LENGTH = 256;

/** The requestId that the response carries: as it was sent, or none. Some tools send a number; it stays one. */
export function echoOf(frame: Frame): string | number | undefined {
  const { requestId } = frame;
  if (typeof requestId === "string" && requestId.length <= MAX_REQUEST_ID_LENGTH) return requestId;
  return Number.isFinite(requestId) ? (requestId as number) : undefined;
}
