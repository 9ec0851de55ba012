/** A response's `error` object: key → value, both part of the protocol. */
export type ErrorPairs = Record<string, unknown>;

/**
 * One entry of the catalogue (docs/reference/errors.md). Each area has its entries in a `refusals.ts`; a request's
 * definition lists those that it can be refused with.
 */
export interface Refusal<Key extends string = string, Value extends string = string, Field extends string = string> {
  readonly key: Key;
  readonly value: Value;
  /** What is wrong, in a sentence. */
  readonly meaning: string;
  /** What to do about it, in a sentence. */
  readonly cure: string;
  /** The key is this field of the request. */
  readonly field?: Field;
  /** The key is an example: short codes of the game take its place, in keys of this form. */
  readonly keys?: RegExp;
}

type Entries = Record<string, Record<string, readonly [meaning: string, cure: string]>>;
type Catalogue<E extends Entries> = { readonly [K in keyof E & string]: CatalogueOfKey<K, E[K]> };
type CatalogueOfKey<K extends string, V> = { readonly [N in keyof V & string]: Refusal<K, N, never> };

/** `{KEY: {VALUE: [meaning, cure]}}` → `{KEY: {VALUE: Refusal}}` */
export function catalogue<const E extends Entries>(entries: E): Catalogue<E> {
  const ofKey = ([key, values]: [string, Entries[string]]) => {
    const refusals = Object.entries(values).map(([value, [meaning, cure]]) => [value, { key, value, meaning, cure }]);
    return [key, Object.fromEntries(refusals)];
  };
  return Object.fromEntries(Object.entries(entries).map(ofKey));
}

/** Every entry of a catalogue. */
export function entriesOf(refusals: Record<string, Record<string, Refusal>>): Refusal[] {
  return Object.values(refusals).flatMap((values) => Object.values(values));
}

/** The refusals whose key is the name of a field; what they mean where a request says nothing else. */
const OF_FIELDS = {
  REQUIRED: ["It is missing or empty.", "Send it."],
  INVALID: ["It is not a value that the field can have.", "See the field's description."],
  TOO_LONG: ["It is too long.", "Send a shorter one."],
  TOO_MANY: ["It has too many members.", "Send fewer."],
  UNKNOWN: ["Nothing has this id or short code.", "Check it."],
  UNRECOGNISED: ["It has an unknown member.", "Leave that member out."],
  MALFORMED: ["A member has a value of the wrong form.", "See the field's description."],
  NOTAUTHENTICATED: ["The provider does not accept it.", "Let the player log in there again."],
  EXPIRED: ["It is too old.", "Get a new one."],
  ACCOUNT_ALREADY_LINKED: [
    "The player has another account of this system, or errorOnSwitch forbids the switch to the account's owner.",
    "Disconnect the other account, or switch.",
  ],
} as const;
export type FieldValue = keyof typeof OF_FIELDS;

/** A refusal of one field of a request, such as `displayName: TOO_LONG`. */
export function field<const Key extends string, const Value extends FieldValue>(
  key: Key,
  value: Value,
  meaning: string = OF_FIELDS[value][0],
  cure: string = OF_FIELDS[value][1],
): Refusal<Key, Value, Key> {
  return { key, value, meaning, cure, field: key };
}

export interface RefusalOptions {
  /** What the response has in place of the catalogue's value, such as an object that has it as a member. */
  value?: unknown;
  /** A sentence for the client, beside the refusals. */
  detail?: string | undefined;
  /** Of a failure; the log has it too. */
  errorId?: string;
  /** Members of the response beside `error`. */
  beside?: Record<string, unknown>;
  /** Logged, and not sent. */
  cause?: unknown;
}

/**
 * A refusal that the client sees: `pairs` becomes the response's `error`, `beside` is added next to it. It rolls back
 * the transaction. Only `cause` is logged, such as a provider's reason, which the client must not see.
 */
export class RequestError extends Error {
  override name = "RequestError";
  readonly refusals: readonly Refusal[];
  readonly pairs: ErrorPairs;
  readonly beside: Record<string, unknown>;

  constructor(
    refusals: Refusal | readonly Refusal[],
    { value, detail, errorId, beside = {}, cause }: RefusalOptions = {},
  ) {
    const all = [refusals].flat();
    const pairs: ErrorPairs = Object.fromEntries(all.map((one) => [one.key, value ?? one.value]));
    if (errorId !== undefined) pairs.errorId = errorId;
    if (detail !== undefined) pairs.detail = detail;
    super(JSON.stringify(pairs), { cause });
    this.refusals = all;
    this.pairs = pairs;
    this.beside = beside;
  }

  /** A refusal that is data, such as one that was kept in the store: nothing holds it to the catalogue. */
  static ofPairs(pairs: ErrorPairs, beside?: Record<string, unknown>): RequestError {
    const error = new RequestError([], { ...(beside && { beside }) });
    return Object.assign(error, { pairs, message: JSON.stringify(pairs) });
  }
}
