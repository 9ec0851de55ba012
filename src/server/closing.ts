/** The close code and reason text for each cause. SDKs ignore both. */
export const CLOSING = {
  binary: [1003, "Send text frames only."],
  handshake: [1008, "The handshake failed."],
  handshakeTimeout: [1008, "The handshake took too long."],
  flood: [1008, "Too many requests; slow down."],
  queue: [1008, "Too many requests are queued; wait for responses."],
  storeUnavailable: [1013, "The server cannot reach its database; try again."],
  internal: [1011, "The server failed; see its log for the error id"],
  stopping: [1012, "The server is stopping; reconnect."],
} as const;

export type ClosingReason = keyof typeof CLOSING;

/** Causes for cutting a socket without a close frame, which would not get through. */
export type CuttingReason = "idle" | "slowReader" | "stopTimeout";
