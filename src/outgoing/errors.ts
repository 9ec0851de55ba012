/** Why a request got no answer. */
export type OutgoingFailure = "refused" | "unreachable" | "timeout" | "too-large";

/**
 * A request that got no answer. The sentence names the host alone: paths, queries, headers and bodies hold secrets, and
 * so do the errors of Node, so it carries no cause.
 */
export class OutgoingError extends Error {
  override name = "OutgoingError";
  readonly kind: OutgoingFailure;

  constructor(kind: OutgoingFailure, sentence: string) {
    super(sentence);
    this.kind = kind;
  }
}
