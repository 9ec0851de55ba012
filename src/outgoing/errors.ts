/** Why a request got no response. */
export type OutgoingFailure = "refused" | "unreachable" | "timeout" | "too-large";

/**
 * A request without a response. The message names the host only and there is no `cause`: paths, queries, headers, bodies
 * and the errors of Node may hold secrets.
 */
export class OutgoingError extends Error {
  override name = "OutgoingError";
  readonly kind: OutgoingFailure;

  constructor(kind: OutgoingFailure, sentence: string) {
    super(sentence);
    this.kind = kind;
  }
}
