/** `yyyy-MM-dd'T'HH:mm'Z'`, the protocol's dates: UTC, whole minutes. */
export function wireDate(date: Date): string {
  return `${date.toISOString().slice(0, 16)}Z`;
}
