/** A response's `error` object: key → value, both part of the protocol. */
export type ErrorPairs = Record<string, unknown>;

/**
 * A refusal that the client is meant to see: `pairs` becomes the response's `error`, `beside` stands next to it. Not a
 * failure of the server: a transaction that throws it is undone, and nothing is logged but `cause`, where an operator
 * would want to know more than the client may, such as why a provider refused.
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
