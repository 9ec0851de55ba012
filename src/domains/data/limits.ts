/** Limits of the Game Data Service, also listed in `docs/compatibility/data.md`. */
export const DATA_LIMITS = {
  /** UTF-8 bytes of an item's data as JSON; GameSparks documented "less than 400 kb". */
  itemBytes: 400 * 1024,
  idChars: 256,
  /** Characters of a type's name, as encoded in the collection's name. */
  typeChars: 100,
  /** Types per stage. */
  types: 500,
  /** Characters of a field's short code or path. */
  fieldChars: 200,
  /** Characters of a string that a condition compares with. */
  valueChars: 1_024,
  /** Parts of the path of a field that a condition compares with a range. */
  rangeParts: 10,
  /** Per condition. */
  comparisons: 200,
  /** Nesting of "and", "or" and "not". */
  conditionDepth: 20,
  /** Values of one `in`. */
  listed: 1_000,
  sortFields: 8,
  /** Indexes per type for queried fields that the configuration does not declare. */
  queriedIndexes: 10,
} as const;
