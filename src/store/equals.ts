/**
 * What a filter has for a value that a client sent. It is compared as it is: nothing in it is ever read as an operator,
 * whatever checked it before.
 */
export function equals(value: string | number | boolean): { $eq: string | number | boolean } {
  return { $eq: value };
}
