import type { Frame } from "./frames.ts";

export const MAX_REQUEST_ID_LENGTH = 256;

/** The requestId for the response, or undefined. Some tools send a number, which is kept as a number. */
export function echoOf(frame: Frame): string | number | undefined {
  const { requestId } = frame;
  if (typeof requestId === "string" && requestId.length <= MAX_REQUEST_ID_LENGTH) return requestId;
  return Number.isFinite(requestId) ? (requestId as number) : undefined;
}
