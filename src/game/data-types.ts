import type { IndexedTypeItem } from "./document.ts";

export interface DataType {
  shortCode: string;
  fields: ReadonlyMap<string, DataField>;
}

export interface DataField {
  shortCode: string;
  /** Path in an item's data, such as "stats.level". */
  path: string;
}

/** Databases limit the number of indexes per collection. */
const MAX_FIELDS = 30;
const MAX_CHARS = 200;

/** Reads the indexed types, by short code. Unusable ones are skipped and reported in `problems`. */
export function dataTypesOf(
  items: readonly IndexedTypeItem[],
  file: string,
  problems: string[],
): ReadonlyMap<string, DataType> {
  const types = new Map<string, DataType>();
  for (const [at, item] of items.entries()) {
    const shortCode = item.shortCode || item["@id"]?.split("/").at(-1);
    if (!shortCode) problems.push(`${file}: ~indexedTypes[${at}] has no shortCode; it indexes nothing.`);
    else if (types.has(shortCode))
      problems.push(`${file}: ~indexedTypes[${at}] is a duplicate of "${shortCode}"; the first is used.`);
    else types.set(shortCode, { shortCode, fields: fieldsOf(item, `${file}: data type "${shortCode}"`, problems) });
  }
  return types;
}

function fieldsOf(item: IndexedTypeItem, place: string, problems: string[]): ReadonlyMap<string, DataField> {
  const fields = new Map<string, DataField>();
  for (const [at, field] of (item["~indexedFields"] ?? []).entries()) {
    const shortCode = field.shortCode || field.path;
    const path = field.path || field.shortCode;
    if (!shortCode || !path || path.split(".").includes("")) {
      problems.push(`${place}: ~indexedFields[${at}] has no shortCode or no path; it is not indexed.`);
    } else if (shortCode.length > MAX_CHARS || path.length > MAX_CHARS) {
      problems.push(`${place}: ~indexedFields[${at}] is longer than ${MAX_CHARS} characters; it is not indexed.`);
    } else if (fields.has(shortCode)) {
      problems.push(`${place}: ~indexedFields[${at}] is a duplicate of "${shortCode}"; the first is used.`);
    } else if (fields.size === MAX_FIELDS) {
      problems.push(`${place}: ~indexedFields[${at}] exceeds the limit of ${MAX_FIELDS} fields; it is not indexed.`);
    } else fields.set(shortCode, { shortCode, path });
  }
  return fields;
}
