/**
 * How long to wait before the next try, in milliseconds: `firstMs` after the first failure in a row, twice as long after
 * each further one, and never more than `mostMs`.
 */
export function backoffMs(failures: number, { firstMs, mostMs }: { firstMs: number; mostMs: number }): number {
  return Math.min(mostMs, firstMs * 2 ** (Math.max(1, failures) - 1));
}
