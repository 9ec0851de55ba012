/** A response's `error` object: key → value, both part of the protocol. */
export type ErrorPairs = Record<string, unknown>;

/**
 * A refusal that the client sees: `pairs` becomes the response's `error`, `beside` is added next to it. It rolls back
 * the transaction. Only `cause` is logged, such as a provider's reason, which the client must not see.
 */
export class RequestError extends Error {
  override name = "RequestError";
  readonly pairs: ErrorPairs;
  readonly beside: Record<string, unknown>;

  constructor(pairs: ErrorPairs, beside: Record<string, unknown> = {}, cause?: unknown) {
    super(JSON.stringify(pairs), { cause });
    this.pairs = pairs;
    this.beside = beside;
  }
}

/** One refusal that a request documents. `message` says what is wrong and what to do about it. */
export interface ErrorCase {
  key: string;
  value: string;
  message: string;
}
