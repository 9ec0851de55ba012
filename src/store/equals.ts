/** A filter for a value from a client. It is compared literally, so operators in it have no effect. */
export function equals(value: string | number | boolean): { $eq: string | number | boolean } {
  return { $eq: value };
}
