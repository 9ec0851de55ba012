/** A date in the protocol's format, `yyyy-MM-dd'T'HH:mm'Z'`: UTC, whole minutes. */
export function wireDate(date: Date): string {
  return `${date.toISOString().slice(0, 16)}Z`;
}
