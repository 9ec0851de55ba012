/** The values of `for each (name in object)`, each read in its turn. None for null and undefined. */
export function* values(object: unknown): Generator<unknown, void, undefined> {
  for (const key in object as Record<string, unknown>) yield (object as Record<string, unknown>)[key];
}
