/** The middle one, or the mean of the middle two. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Subject over floor, round by round: the machine's speed drifts, but little between two neighbours. */
export function ratios(subject: readonly number[], floor: readonly number[]): number[] {
  return subject.map((value, i) => value / floor[i]!);
}

/** `12.3 (11.9–14)` */
export function spread(values: readonly number[]): string {
  if (values.length === 0) return "";
  if (values.length === 1) return short(values[0]!);
  return `${short(median(values))} (${short(Math.min(...values))}–${short(Math.max(...values))})`;
}

/** Three significant digits, and no fraction of large numbers. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(3)));
}
