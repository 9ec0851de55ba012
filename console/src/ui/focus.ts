/** A `ref` for the field that a person fills in next: it has the focus when it appears. */
export function focusAtOnce(element: HTMLElement | null): void {
  element?.focus();
}
