/** What bounds the Game Data Service. `docs/compatibility/data.md` lists these. */
export const DATA_LIMITS = {
  /** UTF-8 bytes of an item's data as JSON; GameSparks documented "less than 400 kb". */
  itemBytes: 400 * 1024,
  /** Characters of an item's id. */
  idChars: 256,
  /** Characters of a type's name, and of what it becomes in the database. */
  typeChars: 100,
  /** Types of one stage that hold items. */
  types: 500,
  /** Characters of a field's short code or path. */
  fieldChars: 200,
  /** Characters of a text that a condition compares with. */
  valueChars: 1_024,
  /** Parts of the path of a field that a condition compares with a range. */
  rangeParts: 10,
  /** Comparisons in one condition. */
  comparisons: 200,
  /** "and", "or" and "not" within one another. */
  conditionDepth: 20,
  /** Values of one `in`. */
  listed: 1_000,
  sortFields: 8,
  /** Indexes of one type for fields that scripts query and the configuration does not declare. */
  queriedIndexes: 10,
} as const;
