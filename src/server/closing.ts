/** Why the server closes a socket: the close code, and the sentence that goes with it. No SDK looks at either. */
export const CLOSING = {
  binary: [1003, "Send text frames only."],
  handshake: [1008, "The handshake failed."],
  handshakeTimeout: [1008, "The handshake took too long."],
  flood: [1008, "Too many requests; slow down."],
  queue: [1008, "Too many requests are waiting for their answers; wait for some."],
  storeUnavailable: [1013, "The server cannot reach its data; try again."],
  internal: [1011, "The server failed; its log has more under the id"],
  stopping: [1012, "The server is stopping; connect again."],
} as const;

export type ClosingReason = keyof typeof CLOSING;

/** Why a socket is cut without a close frame, which would not get through. */
export type CuttingReason = "idle" | "slowReader" | "stopTimeout";
