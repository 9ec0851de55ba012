/**
 * Delay before the next attempt: `firstMs` after the first failure, doubled after each further one, at most `mostMs`.
 */
export function backoffMs(failures: number, { firstMs, mostMs }: { firstMs: number; mostMs: number }): number {
  return Math.min(mostMs, firstMs * 2 ** (Math.max(1, failures) - 1));
}
