/**
 * What `for each (name in object)` goes over: the values of what for-in would, each read when its turn comes. Nothing
 * for null and undefined.
 */
export function* values(object: unknown): Generator<unknown, void, undefined> {
  for (const key in object as Record<string, unknown>) yield (object as Record<string, unknown>)[key];
}
