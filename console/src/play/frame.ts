/** A request, response or message as it is on the socket. */
export type Frame = Record<string, unknown>;
