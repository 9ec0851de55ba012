export type OutgoingFailure = "refused" | "unreachable" | "timeout" | "too-large";

/**
 * The message names the host only and there is no `cause`: URLs, headers, bodies and Node's errors may hold secrets.
 */
export class OutgoingError extends Error {
  override name = "OutgoingError";
  readonly kind: OutgoingFailure;

  constructor(kind: OutgoingFailure, sentence: string) {
    super(sentence);
    this.kind = kind;
  }
}
